#pragma once
// Where the rules of families (fleet_rules, fact_rules) put their values: a page of text, or
// samples that are sent to another store. The sink has the labels of the object whose values come;
// a rule adds those that tell its lines apart.

#include <cstdint>
#include <string_view>

namespace hallmonitor::collector {

class ValueSink {
public:
    void put(std::uint64_t value) { put({}, value); }
    void put(double value) { put({}, value); }
    /// With more labels, as append_label() makes them.
    virtual void put(std::string_view more_labels, std::uint64_t value) = 0;
    virtual void put(std::string_view more_labels, double value) = 0;

protected:
    ValueSink() = default;
    ValueSink(const ValueSink&) = default;
    ValueSink(ValueSink&&) = default;
    ValueSink& operator=(const ValueSink&) = default;
    ValueSink& operator=(ValueSink&&) = default;
    ~ValueSink() = default;
};

} // namespace hallmonitor::collector
