// What a process gives back to the system.
#ifndef MUSTER_COMMON_MEMORY_H_
#define MUSTER_COMMON_MEMORY_H_

namespace muster {

// Gives memory that was freed, and that the allocator keeps for later, back to the system: for a
// program that was busy and will rest for long. Takes milliseconds. Thread-safe.
void ReleaseFreeMemory();

}  // namespace muster

#endif  // MUSTER_COMMON_MEMORY_H_
