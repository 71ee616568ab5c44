#include "wmmse-native.h"

#define WMMSE_NAME wmmse_c_native
#include "../wmmse-c/wmmse.c"
