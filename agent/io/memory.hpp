#pragma once
// Keeps what the agent holds in memory small: it shares a school's smallest box with others.

namespace hallmonitor::agent {

/// Large blocks go back to the system as soon as they are freed, and all threads share one heap.
/// Call it before anything else.
void keep_heap_small();

/// Gives back what a start or a burst needed and nothing uses now: the heap's free pages, and pages
/// of the program and its libraries, which are on disk as they are here: those in use come back
/// unnoticed. Takes about a millisecond.
void give_back_memory();

} // namespace hallmonitor::agent
