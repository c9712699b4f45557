// What the emulated libraries ask of the emulated driver.
#include <stddef.h>
#include <functional>
#include <vector>

const int OK = 0, INVALID_VALUE = 1, INVALID_HANDLE = 400, ILLEGAL_ADDRESS = 700;

// What is asked of the device; returns OK or an error of the device.
typedef std::function<int()> Work;

// Asks for work in a stream, to be done when it is waited for.
int emulator_enqueue(void* stream, Work work);

// Keeps what is asked from now on instead of having it done; null ends that.
void emulator_record(std::vector<Work>* work);

// OK if there is a device to ask, else why not.
int emulator_state();

// Whether some bytes lie within one piece of the device's memory.
bool emulator_has(const void* address, size_t bytes);

// Notes that something was opened (1) or closed (-1).
void emulator_note(int change);
