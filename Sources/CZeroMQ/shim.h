#ifndef DTNET_CZEROMQ_SHIM_H
#define DTNET_CZEROMQ_SHIM_H

#include <zmq.h>

#endif
