// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/process_metrics.h"

#include <fcntl.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <chrono>

#include "platform/telemetry/metrics.h"
#include "support/catch.h"
#include "support/prometheus_text.h"

namespace boutique::telemetry {
namespace {

testing::PrometheusText Written(const ProcessMetrics& process) {
  return testing::ReadPrometheusText(prometheus::TextSerializer().Serialize(process.Collect()));
}

TEST_CASE("a process tells what Prometheus clients tell of their process", "[process_metrics]") {
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const ProcessMetrics process;
  const auto text = Written(process);
  CHECK(text.malformed.value_or("") == "");
  CHECK(text.types.at("process_cpu_seconds_total") == "counter");
  CHECK(text.types.at("process_resident_memory_bytes") == "gauge");
  CHECK(text.types.at("process_open_fds") == "gauge");
  CHECK(text.types.at("process_start_time_seconds") == "gauge");
  CHECK(text["process_cpu_seconds_total"] > 0);
  CHECK(text["process_resident_memory_bytes"] > 1e6);
  CHECK(text["process_start_time_seconds"] == Approx(now).epsilon(0).margin(5));
}

TEST_CASE("an open file is counted until it is closed", "[process_metrics]") {
  const ProcessMetrics process;
  const double before = Written(process)["process_open_fds"];
  CHECK(before >= 3);
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(Written(process)["process_open_fds"] == before + 1);
  close(fd);
  CHECK(Written(process)["process_open_fds"] == before);
}

}  // namespace
}  // namespace boutique::telemetry
