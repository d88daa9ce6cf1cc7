// SPDX-License-Identifier: Apache-2.0
// The trace that a request's headers carry, as it may travel onward. Pure; safe from any thread.
#pragma once

#include "platform/http/message.h"
#include "platform/telemetry/trace_context.h"

namespace boutique::http {

// Reads traceparent and tracestate, or b3, or x-b3-…; baggage and x-request-id. What is malformed, longer than 1 KiB or
// not visible ASCII is left out: it comes from anybody, and goes into the metadata of every call.
telemetry::TraceContext TraceOf(const Request& request);

}  // namespace boutique::http
