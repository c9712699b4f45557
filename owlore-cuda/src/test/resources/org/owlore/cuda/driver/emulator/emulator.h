// What the emulated libraries ask of the emulated driver.
#include <stddef.h>
#include <functional>

// Asks for work in a stream, to be done when it is waited for; the work returns 0 or an error of the device.
int emulator_enqueue(void* stream, std::function<int()> work);

// Whether some bytes lie within one piece of the device's memory.
bool emulator_has(const void* address, size_t bytes);

// Notes that something was opened (1) or closed (-1).
void emulator_note(int change);

// Opens a shared object that lies in memory; null if it is none.
void* emulator_load(const char* image);

const int ILLEGAL_ADDRESS = 700;
