#include "dashboard-api/ctl/views.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/exit_code.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Overview = v1::OverviewService::Stub;
using Catalogs = v1::CatalogService::Stub;

// Filters are to be copied: they are not shortened.
constexpr size_t kWide = 400;

Cell Count(int64_t count, Colour colour = Colour::kNone) {
  return {absl::StrCat(count), count == 0 ? Colour::kNone : colour};
}

// "7d", "1h".
std::string Span(const google::protobuf::Duration& duration) {
  const absl::Duration length = FromProto(duration);
  const int64_t hours = absl::ToInt64Hours(length);
  return hours % 24 == 0 ? absl::StrCat(hours / 24, "d") : absl::StrCat(hours, "h");
}

Cell Severity(v1::Attention::Severity severity) {
  const Colour colour = severity == v1::Attention::CRITICAL  ? Colour::kRed
                        : severity == v1::Attention::WARNING ? Colour::kYellow
                                                             : Colour::kNone;
  return {v1::Attention::Severity_Name(severity), colour};
}

std::string Milliseconds(const google::protobuf::Duration& duration) {
  return absl::StrFormat("%.1f ms", absl::ToDoubleMilliseconds(FromProto(duration)));
}

// From the signer's issuer up; the last may not be in the file.
std::string ChainText(const v1::Catalog& catalog) {
  std::vector<std::string> names;
  for (const v1::Catalog::Issuer& issuer : catalog.chain()) names.push_back(issuer.subject());
  if (names.empty()) return catalog.issuer();
  const std::string& top = catalog.chain(catalog.chain_size() - 1).issuer();
  if (top != names.back()) names.push_back(top);
  return absl::StrJoin(names, " < ");
}

}  // namespace

Table ForecastTable(const v1::ForecastVerdictsResponse& forecast) {
  Table table({"DAY", "MACHINES", "FILTER"}, kWide);
  table.Add({{"already"}, Count(forecast.affected(), Colour::kRed), {forecast.affected_filter()}});
  for (const auto& day : forecast.days()) {
    table.Add({{day.date()}, Count(day.machines(), Colour::kYellow), {day.filter()}});
  }
  table.Add({{"later"}, Count(forecast.later()), {forecast.later_filter()}});
  return table;
}

Table HistoryTable(const v1::ListVerdictHistoryResponse& history) {
  Table table({"TIME", "AFFECTED", "AT RISK", "REMEDIATING", "UNKNOWN", "FIXED", "CLEAN"});
  for (const auto& point : history.points()) {
    table.Add({{InstantText(point.time())},
               Count(point.affected(), Colour::kRed),
               Count(point.at_risk(), Colour::kYellow),
               Count(point.remediating(), Colour::kCyan),
               Count(point.unknown(), Colour::kMagenta),
               Count(point.fixed(), Colour::kGreen),
               Count(point.clean(), Colour::kGreen)});
  }
  return table;
}

Table SilenceTable(const v1::SummarizeSilenceResponse& silence) {
  Table table({"SILENT FOR", "MACHINES", "FILTER"}, kWide);
  for (const auto& bucket : silence.buckets()) {
    std::string span = "never heard of";
    if (!bucket.never()) {
      span = FromProto(bucket.at_least()) == absl::ZeroDuration()
                 ? absl::StrCat("less than ", Span(bucket.less_than()))
             : bucket.has_less_than()
                 ? absl::StrCat(Span(bucket.at_least()), " to ", Span(bucket.less_than()))
                 : absl::StrCat(Span(bucket.at_least()), " or more");
    }
    table.Add({{std::move(span)}, Count(bucket.machines()), {bucket.filter()}});
  }
  return table;
}

Table AttentionTable(const v1::ListAttentionResponse& attention) {
  Table table({"SEVERITY", "WHAT", "SINCE OR AT", "DETAIL", "RESOURCE OR FILTER"}, kWide);
  for (const v1::Attention& one : attention.attention()) {
    table.Add({Severity(one.severity()),
               {one.text()},
               {InstantText(one.time())},
               {one.detail()},
               {one.resource().empty() ? one.filter() : one.resource()}});
  }
  return table;
}

Table CatalogsTable(const v1::ListCatalogsResponse& catalogs) {
  Table table({"CATALOG", "KB", "RESULT", "BREAKS AT", "SIGNER", "MACHINES", "PATH"}, 100);
  for (const v1::CatalogHolding& holding : catalogs.catalogs()) {
    const v1::Catalog& catalog = holding.catalog();
    table.Add(
        {{absl::BytesToHexString(catalog.sha256()), Colour::kNone, ShortDigest(catalog.sha256())},
         {holding.kb()},
         {v1::Catalog::Result_Name(catalog.result())},
         {InstantText(catalog.breaks_at())},
         {catalog.signer()},
         Count(holding.machines()),
         {catalog.path()}});
  }
  return table;
}

Table SignersTable(const v1::ListSignersResponse& signers) {
  Table table({"SIGNER", "ISSUER", "SERIAL", "NOT AFTER", "FIRST BREAKS AT", "CATALOGS", "MACHINES",
               "RESULTS"});
  for (const v1::Signer& signer : signers.signers()) {
    std::string results;
    for (const auto& result : signer.results()) {
      absl::StrAppend(&results, results.empty() ? "" : ", ", result.catalogs(), " ",
                      v1::Catalog::Result_Name(result.result()));
    }
    table.Add({{signer.signer()},
               {signer.issuer()},
               {signer.serial()},
               {InstantText(signer.not_after())},
               {InstantText(signer.breaks_at())},
               Count(signer.catalogs()),
               Count(signer.machines()),
               {std::move(results)}});
  }
  return table;
}

std::string HealthText(const v1::Health& health, bool colours) {
  Table servers({"SERVER", "VERSION", "SEEN", "MACHINES", "QUEUE", "REJECTED"});
  for (const auto& server : health.servers()) {
    servers.Add({{absl::StrCat(server.address(), server.this_one() ? " (answers)" : "")},
                 {server.version()},
                 {InstantText(server.seen_time())},
                 Count(server.sessions()),
                 {absl::StrCat(server.queued_reports(), " of ", server.queue_capacity())},
                 Count(server.rejected_reports(), Colour::kYellow)});
  }
  Table certificates({"CERTIFICATE", "PURPOSE", "NOT AFTER"});
  for (const auto& certificate : health.certificates()) {
    certificates.Add(
        {{certificate.subject()}, {certificate.purpose()}, {InstantText(certificate.not_after())}});
  }
  Table checks({"CHECK", "HOLDS", "DETAIL"}, 100);
  for (const auto& check : health.checks()) {
    checks.Add({{check.name()},
                {check.holds() ? "yes" : "NO", check.holds() ? Colour::kGreen : Colour::kRed},
                {check.detail()}});
  }
  const v1::Health::Database& database = health.database();
  Table facts({"DATABASE", "SIZE", "ROUND TRIP", "SCHEMA", "CONNECTIONS", "NOTIFICATIONS WAIT"});
  facts.Add({{absl::StrCat("PostgreSQL ", database.version())},
             {absl::StrFormat("%.1f MiB", static_cast<double>(database.size_bytes()) / (1 << 20))},
             {Milliseconds(database.round_trip())},
             {absl::StrCat(database.schema_version())},
             {absl::StrCat(database.connections(), " of ", database.max_connections())},
             Count(health.waiting_notifications(), Colour::kYellow)});
  return absl::StrCat(servers.ToText(colours), "\n", facts.ToText(colours), "\n",
                      certificates.ToText(colours), "\n", checks.ToText(colours));
}

absl::Status ShowForecast(Client& client, const ViewOptions& options, Console& console) {
  v1::ForecastVerdictsRequest request;
  request.set_rule(options.rule);
  request.set_filter(options.filter);
  request.set_days(options.days);
  v1::ForecastVerdictsResponse response;
  auto asked = client.Call(&Overview::ForecastVerdicts, request, &response);
  if (!asked.ok()) return asked;
  return Write(response, ForecastTable(response), console);
}

absl::Status ShowHistory(Client& client, const ViewOptions& options, Console& console) {
  v1::ListVerdictHistoryRequest request;
  request.set_rule(options.rule);
  request.set_filter(options.filter);
  request.set_points(options.points);
  if (options.start) *request.mutable_start_time() = ToProto(*options.start);
  if (options.end) *request.mutable_end_time() = ToProto(*options.end);
  v1::ListVerdictHistoryResponse response;
  auto asked = client.Call(&Overview::ListVerdictHistory, request, &response);
  if (!asked.ok()) return asked;
  return Write(response, HistoryTable(response), console);
}

absl::Status ShowSilence(Client& client, const ViewOptions& options, Console& console) {
  v1::SummarizeSilenceRequest request;
  request.set_filter(options.filter);
  v1::SummarizeSilenceResponse response;
  auto asked = client.Call(&Overview::SummarizeSilence, request, &response);
  if (!asked.ok()) return asked;
  return Write(response, SilenceTable(response), console);
}

absl::Status ShowAttention(Client& client, const NoOptions&, Console& console) {
  v1::ListAttentionResponse response;
  auto asked = client.Call(&Overview::ListAttention, v1::ListAttentionRequest(), &response);
  if (!asked.ok()) return asked;
  return Write(response, AttentionTable(response), console,
               response.attention().empty() ? "nothing needs a person now\n" : "");
}

absl::Status ListCatalogs(Client& client, const ViewOptions& options, Console& console) {
  v1::ListCatalogsRequest request;
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  auto catalogs =
      FetchPages(client, &Catalogs::ListCatalogs, request, options.limit,
                 [](const v1::ListCatalogsResponse& all) { return int64_t{all.catalogs_size()}; });
  if (!catalogs.ok()) return catalogs.status();
  return Write(
      *catalogs, CatalogsTable(*catalogs), console,
      absl::StrCat(catalogs->catalogs_size(), " of ", catalogs->total_size(), " catalogs\n"));
}

absl::Status ShowCatalog(Client& client, const ViewOptions& options, Console& console) {
  v1::GetCatalogRequest request;
  request.set_name(ResourceName("catalogs", options.name));
  v1::CatalogHolding holding;
  auto asked = client.Call(&Catalogs::GetCatalog, request, &holding);
  if (!asked.ok()) return asked;
  const v1::Catalog& catalog = holding.catalog();
  const v1::Catalog::Timestamp& stamp = catalog.timestamp();
  Table table({"FIELD", "VALUE"}, kWide);
  for (const auto& [field, value] : std::initializer_list<std::pair<const char*, std::string>>{
           {"catalog", holding.name()},
           {"path", catalog.path()},
           {"kb", holding.kb()},
           {"result", v1::Catalog::Result_Name(catalog.result())},
           {"breaks at", InstantText(catalog.breaks_at())},
           {"then Windows says", HresultText(catalog.failure_hresult())},
           {"signer", catalog.signer()},
           {"issuer", catalog.issuer()},
           {"serial", catalog.serial()},
           {"valid", absl::StrCat(InstantText(catalog.not_before()), " to ",
                                  InstantText(catalog.not_after()))},
           {"chain", ChainText(catalog)},
           {"timestamp", v1::Catalog::Timestamp::Kind_Name(stamp.kind())},
           {"stamped at", InstantText(stamp.time())},
           {"stamped by", stamp.signer()},
           {"with time stamping EKU", stamp.time_stamping_eku() ? "yes" : "no"},
           {"machines", absl::StrCat(holding.machines())},
           {"filter", holding.filter()}}) {
    table.Add({{field}, {value}});
  }
  return Write(holding, table, console);
}

absl::Status ListSigners(Client& client, const ViewOptions& options, Console& console) {
  v1::ListSignersRequest request;
  request.set_order_by(options.order_by);
  auto signers =
      FetchPages(client, &Catalogs::ListSigners, request, options.limit,
                 [](const v1::ListSignersResponse& all) { return int64_t{all.signers_size()}; });
  if (!signers.ok()) return signers.status();
  return Write(*signers, SignersTable(*signers), console);
}

absl::Status ShowHealth(Client& client, const NoOptions&, Console& console) {
  v1::Health health;
  auto asked = client.Call(&v1::HealthService::Stub::GetHealth, v1::GetHealthRequest(), &health);
  if (!asked.ok()) return asked;
  auto written = Write({.text = [&] { return HealthText(health, console.colours); },
                        .csv = nullptr,
                        .json = [&] { return Json(health, /*pretty=*/true); }},
                       console);
  if (!written.ok()) return written;
  console.out.flush();
  for (const auto& check : health.checks()) {
    if (!check.holds()) {
      return AnswerIsNo(absl::StrCat("does not hold: ", check.name(), " (", check.detail(), ")"));
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::ctl
