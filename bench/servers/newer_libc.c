/* Three names of glibc 2.38 for a C library that is older: uWebSockets.js was built to ask for them.
 *
 * They differ from sscanf, strtol and strtoul in that they read binary constants (0b…) too, which nothing
 * here has. Preloaded by the bench after bench/uws.py, only where it is needed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }

unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int count = vsscanf(text, format, values);
    va_end(values);
    return count;
}
