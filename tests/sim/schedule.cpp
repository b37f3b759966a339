#include "tests/sim/schedule.hpp"

#include "tests/sim/words.hpp"

#include <algorithm>

namespace hallmonitor::sim {

std::optional<Instant> seconds_of(std::string_view word)
{
    constexpr std::uint64_t most = 1'000'000'000;
    const auto dot = word.find('.');
    const auto whole = number_of(word.substr(0, dot), most);
    std::string decimals{dot == std::string_view::npos ? "0" : word.substr(dot + 1)};
    if (!whole || decimals.empty() || decimals.size() > 6) return std::nullopt;
    decimals.resize(6, '0');
    const auto rest = number_of(decimals, 999'999);
    if (!rest) return std::nullopt;
    return Instant{static_cast<std::int64_t>(*whole * 1'000'000 + *rest)};
}

void Schedule::add(Instant at, std::string line)
{
    line.erase(line.find_last_not_of(" \t\r") + 1);
    entries_.insert({at, Entry{.line = std::move(line)}});
}

std::vector<std::string> Schedule::add_lines(std::string_view text)
{
    std::vector<std::string> faults;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) continue;
        const auto at = words.size() > 2 && words[0] == "at" ? seconds_of(words[1]) : std::nullopt;
        if (at) {
            add(*at, std::string{words[2].data(), line.data() + line.size()});
        } else {
            faults.push_back(std::to_string(number) + ": is not 'at SECONDS COMMAND'");
        }
    }
    return faults;
}

void Schedule::begin_chaos(Chaos chaos, Instant now)
{
    end_chaos(now);
    chaos_ = std::move(chaos);
    for (std::size_t victim = 0; victim < chaos_->victims(); ++victim) {
        plan(victim, now);
    }
}

void Schedule::plan(std::size_t victim, Instant after)
{
    auto trouble = chaos_->next(victim, after);
    entries_.insert({trouble.begins, Entry{std::move(trouble.begin), Step::begin, victim}});
    entries_.insert({trouble.ends, Entry{std::move(trouble.end), Step::end, victim}});
}

void Schedule::end_chaos(Instant now)
{
    if (!chaos_) return;
    std::vector<bool> is_calm(chaos_->victims());
    std::vector<std::string> ends;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        auto& [line, step, victim] = entry->second;
        if (step == Step::lone) {
            ++entry;
            continue;
        }
        if (step == Step::begin) is_calm[victim] = true;
        if (step == Step::end && !is_calm[victim] && !line.empty()) ends.push_back(std::move(line));
        entry = entries_.erase(entry);
    }
    for (auto& line : ends) {
        entries_.insert({now, Entry{std::move(line), Step::last}});
    }
    chaos_.reset();
}

std::optional<Instant> Schedule::next() const
{
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->first;
}

std::optional<Order> Schedule::take(Instant now)
{
    while (!entries_.empty() && entries_.begin()->first <= now) {
        auto node = entries_.extract(entries_.begin());
        const auto at = node.key();
        auto& entry = node.mapped();
        if (entry.step == Step::end) plan(entry.victim, at);
        if (entry.line.empty()) continue;
        return Order{at, std::move(entry.line), entry.step == Step::lone ? "schedule" : "chaos"};
    }
    return std::nullopt;
}

void Schedule::note(Order order)
{
    if (history_.size() == most_history) history_.pop_front();
    history_.push_back(std::move(order));
}

} // namespace hallmonitor::sim
