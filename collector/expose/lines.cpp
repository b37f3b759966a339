#include "collector/expose/lines.hpp"

namespace hallmonitor::collector {

void Lines::begin(std::string_view name, std::string_view help, std::string_view type)
{
    start_ = name;
    start_ += '{';
    description_.clear();
    if (!help.empty()) description_.append("# HELP ").append(name).append(" ").append(help) += '\n';
    description_.append("# TYPE ").append(name).append(" ").append(type) += '\n';
    described_ = false;
}

void Lines::describe()
{
    *out_ += description_;
    described_ = true;
}

} // namespace hallmonitor::collector
