// SPDX-License-Identifier: Apache-2.0
// The trace that a request's headers carry, as it may travel onward. Safe from any thread.
#pragma once

#include <string>

#include "platform/http/message.h"
#include "platform/telemetry/trace_context.h"

namespace boutique::http {

// Reads traceparent and tracestate, or b3, or x-b3-…; and baggage. What is malformed, longer than 1 KiB or
// not visible ASCII is left out: it comes from anybody, and goes into the metadata of every call.
// The request's own id is taken for x-request-id.
telemetry::TraceContext TraceOf(const Request& request);

// The value of x-request-id if it is fit to be shown and forwarded (1 to 128 visible ASCII characters), or a new one.
std::string RequestIdOf(const Request& request);

}  // namespace boutique::http
