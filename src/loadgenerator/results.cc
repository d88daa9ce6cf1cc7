// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/results.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "platform/base/duration.h"

namespace boutique::loadgenerator {
namespace {

constexpr char kRequests[] = "loadgenerator_requests_total";
constexpr char kRequestsHelp[] = "Requests made, by how they ended";

double Millis(std::chrono::nanoseconds duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

void AppendRow(const std::string& name, const LatencyHistogram& latency, std::int64_t failures, double seconds,
               std::string* table) {
  absl::StrAppendFormat(table, "%-24s %9d %9d %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f\n", name, latency.count(),
                        failures, static_cast<double>(latency.count()) / seconds, Millis(latency.Mean()),
                        Millis(latency.Percentile(0.5)), Millis(latency.Percentile(0.9)),
                        Millis(latency.Percentile(0.99)), Millis(latency.Percentile(0.999)), Millis(latency.Max()));
}

}  // namespace

void Results::Note(const std::string& request, std::chrono::nanoseconds latency, const std::string& failure) {
  Row& row = rows_[request];
  if (row.seconds == nullptr) {
    row.seconds = &metrics_.Seconds("loadgenerator_request_duration_seconds",
                                    "Time from when a request was due to the end of its answer", {{"request", request}});
    row.ok = &metrics_.Counter(kRequests, kRequestsHelp, {{"request", request}, {"outcome", "ok"}});
  }
  row.latency.Record(latency);
  row.seconds->Observe(std::chrono::duration<double>(latency).count());
  ++requests_;
  if (failure.empty()) {
    row.ok->Increment();
    return;
  }
  ++failures_;
  ++row.failures[failure];
  metrics_.Counter(kRequests, kRequestsHelp, {{"request", request}, {"outcome", failure}}).Increment();
}

LatencyHistogram Results::All() const {
  LatencyHistogram all;
  for (const auto& [name, row] : rows_) all.Add(row.latency);
  return all;
}

std::string Results::Table(std::chrono::nanoseconds elapsed) const {
  const double seconds = std::max(std::chrono::duration<double>(elapsed).count(), 1e-9);
  std::string table = absl::StrFormat("%-24s %9s %9s %9s %9s %9s %9s %9s %9s %9s\n", "request", "count", "failures",
                                      "per s", "mean ms", "p50", "p90", "p99", "p99.9", "max");
  std::string kinds;
  for (const auto& [name, row] : rows_) {
    std::int64_t failures = 0;
    for (const auto& [kind, count] : row.failures) {
      failures += count;
      absl::StrAppendFormat(&kinds, "%-24s %9d %s\n", name, count, kind);
    }
    AppendRow(name, row.latency, failures, seconds, &table);
  }
  AppendRow("all", All(), failures_, seconds, &table);
  if (!kinds.empty()) absl::StrAppend(&table, "\nfailures\n", kinds);
  return table;
}

std::vector<std::string> Results::Missed(const Thresholds& thresholds) const {
  std::vector<std::string> missed;
  if (requests_ < thresholds.least_requests) {
    missed.push_back(absl::StrCat(requests_, " requests, fewer than ", thresholds.least_requests, " (MIN_REQUESTS)"));
  }
  if (thresholds.most_failures >= 0 && failures_ > thresholds.most_failures) {
    missed.push_back(absl::StrCat(failures_, " failures, more than ", thresholds.most_failures, " (MAX_FAILURES)"));
  }
  const auto p99 = All().Percentile(0.99);
  if (thresholds.most_p99.count() > 0 && p99 > thresholds.most_p99) {
    missed.push_back(absl::StrCat("99 % of requests took up to ", absl::StrFormat("%.1f", Millis(p99)),
                                  "ms, longer than ", base::FormatDuration(thresholds.most_p99), " (MAX_P99)"));
  }
  return missed;
}

}  // namespace boutique::loadgenerator
