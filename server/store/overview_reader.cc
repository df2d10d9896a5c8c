#include "server/store/overview_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/proto_time.h"
#include "muster/v1/campaign.pb.h"
#include "server/inventory/filter.h"
#include "server/inventory/verdict_history.h"
#include "server/store/database_internal.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using inventory::FilterExpression;
using Notice = v1::Attention;

constexpr int kDefaultDays = 90, kMaxDays = 3'660;
constexpr int kDefaultPoints = 60, kMaxPoints = 500;
constexpr absl::Duration kSoon = absl::Hours(24 * 30);
constexpr absl::Duration kSilent = absl::Hours(24 * 7);
// A server writes every ten seconds.
constexpr absl::Duration kServerSilent = absl::Minutes(1);
constexpr absl::Duration kSteps[] = {absl::ZeroDuration(), absl::Hours(1),
                                     absl::Hours(24),      absl::Hours(24 * 7),
                                     absl::Hours(24 * 30), absl::InfiniteDuration()};

constexpr char kCampaigns[] = R"(
  SELECT c.id, c.state, c.spec, c.pause_detail, micros(coalesce(c.submitted_at, c.created_at)),
    (SELECT count(*) FROM orders o WHERE o.campaign_id = c.id AND o.relapsed_at IS NOT NULL)
  FROM campaigns c ORDER BY c.created_at DESC)";
constexpr char kPayloads[] = "SELECT body FROM payloads";
constexpr char kFailing[] = R"(
  SELECT c.id, c.address, count(*), micros(min(n.created_at))
  FROM notifications n JOIN notification_channels c ON c.id = n.channel_id
  WHERE n.sent_at IS NULL AND (n.given_up_at IS NOT NULL OR n.error <> '')
  GROUP BY c.id, c.address ORDER BY c.id)";
constexpr char kSilentServers[] = R"(
  SELECT address, micros(seen_at) FROM servers WHERE seen_at < $1::timestamptz ORDER BY seen_at)";

// A filter and the rule that it, or the request, names.
struct Question {
  FilterExpression filter;
  std::string text;  // as it came
  std::string rule;
};

absl::StatusOr<Question> ReadQuestion(const std::string& text, const std::string& rule) {
  auto filter = inventory::ParseFilter(text, inventory::MachineFields());
  if (!filter.ok()) return filter.status();
  Question question{*std::move(filter), "", ""};
  auto taken = TakeRule(question.filter, rule);
  if (!taken.ok()) return taken.status();
  question.rule = *std::move(taken);
  const bool all =
      question.filter.kind == FilterExpression::Kind::kAnd && question.filter.operands.empty();
  question.text = all ? "" : inventory::FilterText(question.filter);
  return question;
}

// The filter that lists what `condition` counts among those that the question is about.
std::string ListFilter(const Question& question, const std::string& condition) {
  std::vector<std::string> parts;
  if (!question.rule.empty()) parts.push_back(absl::StrCat("rule = \"", question.rule, "\""));
  if (!question.text.empty()) parts.push_back(absl::StrCat("(", question.text, ")"));
  parts.push_back(condition);
  return absl::StrJoin(parts, " AND ");
}

std::string Instant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::string Day(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

absl::StatusOr<int64_t> Count(pqxx::transaction_base& transaction, const std::string& filter,
                              absl::Time now) {
  auto question = ReadQuestion(filter, "");
  if (!question.ok()) return question.status();
  SqlParams params;
  const std::string source = MachineSource(params, question->rule, {now});
  return Query(transaction,
               absl::StrCat("SELECT count(*) FROM ", source, " WHERE ",
                            ConditionSql(params, question->filter, {now})),
               params)[0][0]
      .as<int64_t>();
}

// Adds what is to be told of machines, where there are any.
absl::Status TellOfMachines(pqxx::transaction_base& transaction, absl::Time now, Notice::Kind kind,
                            Notice::Severity severity, const std::string& filter,
                            const std::string& what, v1::ListAttentionResponse& response) {
  const absl::StatusOr<int64_t> count = Count(transaction, filter, now);
  if (!count.ok() || *count == 0) return count.status();
  Notice& attention = *response.add_attention();
  attention.set_kind(kind);
  attention.set_severity(severity);
  attention.set_count(*count);
  attention.set_filter(filter);
  attention.set_text(absl::StrCat(*count, *count == 1 ? " machine " : " machines ", what));
  return absl::OkStatus();
}

void TellOfCampaigns(pqxx::transaction_base& transaction, v1::ListAttentionResponse& response) {
  for (const pqxx::row& row : transaction.exec(kCampaigns)) {
    v1::CampaignSpec spec;
    spec.ParseFromString(ReadBytes(row[2]));
    const auto tell = [&](Notice::Kind kind, Notice::Severity severity, const std::string& text,
                          const std::string& detail) -> Notice& {
      Notice& attention = *response.add_attention();
      attention.set_kind(kind);
      attention.set_severity(severity);
      attention.set_resource(absl::StrCat("campaigns/", row[0].c_str()));
      attention.set_text(absl::StrCat("the campaign \"", spec.title(), "\" ", text));
      attention.set_detail(detail);
      *attention.mutable_time() = ToProto(ReadTime(row[4]));
      return attention;
    };
    const auto state = static_cast<v1::Campaign::State>(row[1].as<int>());
    if (state == v1::Campaign::PAUSED) {
      tell(Notice::CAMPAIGN_PAUSED, Notice::CRITICAL, "is paused", row[3].c_str());
    } else if (state == v1::Campaign::AWAITING_APPROVAL) {
      tell(Notice::CAMPAIGN_AWAITS_APPROVAL, Notice::NOTICE, "waits for approval", spec.title());
    }
    if (const auto relapsed = row[5].as<int64_t>(); relapsed > 0) {
      tell(Notice::CAMPAIGN_RELAPSES, Notice::WARNING,
           absl::StrCat("fixed ", relapsed, " machines that are affected again"), spec.title())
          .set_count(relapsed);
    }
  }
}

void TellOfPayloads(pqxx::transaction_base& transaction, absl::Time now,
                    v1::ListAttentionResponse& response) {
  for (const pqxx::row& row : transaction.exec(kPayloads)) {
    v1::StoredPayload stored;
    stored.ParseFromString(ReadBytes(row[0]));
    if (!stored.has_breaks_at() || FromProto(stored.breaks_at()) > now + kSoon) continue;
    Notice& attention = *response.add_attention();
    attention.set_kind(Notice::PAYLOAD_LAPSES);
    attention.set_severity(Notice::WARNING);
    attention.set_resource(
        absl::StrCat("payloads/", Digest::FromBytes(stored.payload().sha256())->ToHex()));
    attention.set_detail(stored.payload().file_name());
    attention.set_text(absl::StrCat("a catalog inside ", stored.payload().file_name(), " lapses"));
    *attention.mutable_time() = stored.breaks_at();
  }
}

void TellOfNotifications(pqxx::transaction_base& transaction, v1::ListAttentionResponse& response) {
  for (const pqxx::row& row : transaction.exec(kFailing)) {
    Notice& attention = *response.add_attention();
    attention.set_kind(Notice::NOTIFICATIONS_FAIL);
    attention.set_severity(Notice::WARNING);
    attention.set_resource(absl::StrCat("notificationChannels/", row[0].c_str()));
    attention.set_detail(row[1].c_str());
    attention.set_count(row[2].as<int64_t>());
    attention.set_text(
        absl::StrCat(row[2].c_str(), " notifications did not reach ", row[1].c_str()));
    *attention.mutable_time() = ToProto(ReadTime(row[3]));
  }
}

void TellOfServers(pqxx::transaction_base& transaction, absl::Time now,
                   v1::ListAttentionResponse& response) {
  for (const pqxx::row& row :
       transaction.exec_params(kSilentServers, TimeParam(now - kServerSilent))) {
    Notice& attention = *response.add_attention();
    attention.set_kind(Notice::SERVER_SILENT);
    attention.set_severity(Notice::CRITICAL);
    attention.set_detail(row[0].c_str());
    attention.set_text(absl::StrCat("the server at ", row[0].c_str(), " is silent"));
    *attention.mutable_time() = ToProto(ReadTime(row[1]));
  }
}

}  // namespace

absl::StatusOr<v1::ForecastVerdictsResponse> OverviewReader::Forecast(
    const v1::ForecastVerdictsRequest& request, absl::Time now) {
  auto question = ReadQuestion(request.filter(), request.rule());
  if (!question.ok()) return question.status();
  if (request.days() < 0 || request.days() > kMaxDays) {
    return absl::InvalidArgumentError("days: must be 0 (90) to 3660");
  }
  const int days = request.days() == 0 ? kDefaultDays : request.days();
  now = StorableTime(now);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilDay today = absl::ToCivilDay(now, utc);
  const absl::Time beyond = absl::FromCivil(today + days, utc);
  v1::ForecastVerdictsResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    SqlParams params;
    const std::string source = MachineSource(params, question->rule, {now});
    const std::string condition = ConditionSql(params, question->filter, {now});
    for (const pqxx::row& row : Query(
             transaction,
             absl::StrCat("SELECT ", kRankSql, ", CASE WHEN ", kRankSql, " = 2 AND v.breaks_at < ",
                          params.BindTime(beyond),
                          " THEN (v.breaks_at AT TIME ZONE 'UTC')::date END AS day, count(*) FROM ",
                          source, " WHERE ", kRankSql, " <= 2 AND (", condition,
                          ") GROUP BY 1, 2 ORDER BY 2"),
             params)) {
      const auto machines = row[2].as<int64_t>();
      if (row[0].as<int>() == 1) {
        response.set_affected(response.affected() + machines);
      } else if (row[1].is_null()) {
        response.set_later(response.later() + machines);
      } else {
        auto& day = *response.add_days();
        day.set_date(row[1].c_str());
        day.set_machines(machines);
      }
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("forecasting verdicts", work);
  if (!status.ok()) return status;
  for (auto& day : *response.mutable_days()) {
    absl::Time begins;
    absl::ParseTime("%Y-%m-%d", day.date(), utc, &begins, nullptr);
    const absl::Time ends = absl::FromCivil(absl::ToCivilDay(begins, utc) + 1, utc);
    day.set_filter(ListFilter(*question, absl::StrCat("verdict = AT_RISK AND breaks_at >= ",
                                                      day.date(), " AND breaks_at < ", Day(ends))));
  }
  response.set_later_filter(
      ListFilter(*question, absl::StrCat("verdict = AT_RISK AND breaks_at >= ", Day(beyond))));
  response.set_affected_filter(ListFilter(*question, "verdict = AFFECTED"));
  return response;
}

absl::StatusOr<v1::ListVerdictHistoryResponse> OverviewReader::History(
    const v1::ListVerdictHistoryRequest& request, absl::Time now) {
  auto question = ReadQuestion(request.filter(), request.rule());
  if (!question.ok()) return question.status();
  if (request.points() < 0 || request.points() > kMaxPoints) {
    return absl::InvalidArgumentError("points: must be 0 (60) to 500");
  }
  const absl::Time end = StorableTime(request.has_end_time() ? FromProto(request.end_time()) : now);
  const absl::Time start = StorableTime(request.has_start_time() ? FromProto(request.start_time())
                                                                 : end - absl::Hours(24 * 30));
  if (start > end) return absl::InvalidArgumentError("start_time: must not be after end_time");
  inventory::VerdictHistory history(
      inventory::Instants(start, end, request.points() == 0 ? kDefaultPoints : request.points()));
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    SqlParams params;
    std::string condition;
    if (!question->text.empty()) {
      const std::string source = MachineSource(params, question->rule, {StorableTime(now)});
      condition = absl::StrCat(" AND s.machine_id IN (SELECT m.id FROM ", source, " WHERE ",
                               ConditionSql(params, question->filter, {StorableTime(now)}), ")");
    }
    if (!question->rule.empty()) {
      absl::StrAppend(&condition, " AND lower(s.rule) = lower(",
                      params.Bind(question->rule, "text"), ")");
    }
    const std::string sql = absl::StrCat(
        "SELECT encode(s.machine_id, 'hex'), micros(s.valid_from), micros(s.valid_to), s.state, "
        "micros(s.breaks_at) FROM verdicts s WHERE s.valid_from <= ",
        params.BindTime(end), " AND (s.valid_to IS NULL OR s.valid_to > ", params.BindTime(start),
        ")", condition, " ORDER BY s.machine_id");
    for (const pqxx::row& row : Query(transaction, sql, params)) {
      inventory::VerdictSpan span;
      span.machine = row[0].c_str();
      span.from = ReadTime(row[1]);
      span.to = ReadOptionalTime(row[2]).value_or(absl::InfiniteFuture());
      span.state = static_cast<v1::Verdict::State>(row[3].as<int>());
      span.breaks_at = ReadOptionalTime(row[4]);
      history.Add(span);
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("reading the history of verdicts", work);
  if (!status.ok()) return status;
  return history.Finish();
}

absl::StatusOr<v1::SummarizeSilenceResponse> OverviewReader::Silence(
    const v1::SummarizeSilenceRequest& request, absl::Time now) {
  auto question = ReadQuestion(request.filter(), "");
  if (!question.ok()) return question.status();
  now = StorableTime(now);
  v1::SummarizeSilenceResponse response;
  const auto add = [&](const std::string& condition) -> v1::SummarizeSilenceResponse::Bucket& {
    auto& bucket = *response.add_buckets();
    bucket.set_filter(ListFilter(*question, condition));
    return bucket;
  };
  for (size_t i = 0; i + 1 < std::size(kSteps); ++i) {
    std::string condition;
    if (i > 0) condition = absl::StrCat("last_seen <= ", Instant(now - kSteps[i]));
    if (kSteps[i + 1] != absl::InfiniteDuration()) {
      absl::StrAppend(&condition, condition.empty() ? "" : " AND ", "last_seen > ",
                      Instant(now - kSteps[i + 1]));
    }
    auto& bucket = add(condition);
    *bucket.mutable_at_least() = ToProto(kSteps[i]);
    if (kSteps[i + 1] != absl::InfiniteDuration()) {
      *bucket.mutable_less_than() = ToProto(kSteps[i + 1]);
    }
  }
  add("-last_seen:*").set_never(true);
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    for (auto& bucket : *response.mutable_buckets()) {
      // The caller's filter and the bucket's own condition may be more than a filter can hold.
      auto machines = Count(transaction, bucket.filter(), now);
      if (!machines.ok()) return machines.status();
      bucket.set_machines(*machines);
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("counting silent machines", work);
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::ListAttentionResponse> OverviewReader::Attention(absl::Time now) {
  now = StorableTime(now);
  v1::ListAttentionResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    const struct {
      Notice::Kind kind;
      Notice::Severity severity;
      std::string filter, what;
    } sought[] = {
        {Notice::MACHINES_AFFECTED, Notice::CRITICAL, "verdict = AFFECTED", "are affected now"},
        {Notice::MACHINES_BREAK_SOON, Notice::WARNING,
         absl::StrCat("verdict = AT_RISK AND breaks_at < ", Instant(now + kSoon)),
         "will be affected within 30 days"},
        {Notice::MACHINES_SILENT, Notice::WARNING,
         absl::StrCat("last_seen <= ", Instant(now - kSilent)),
         "were not heard of for more than 7 days"},
        {Notice::MACHINES_UNKNOWN, Notice::NOTICE, "verdict = UNKNOWN", "could not be judged"}};
    for (const auto& [kind, severity, filter, what] : sought) {
      absl::Status told = TellOfMachines(transaction, now, kind, severity, filter, what, response);
      if (!told.ok()) return told;
    }
    TellOfCampaigns(transaction, response);
    TellOfPayloads(transaction, now, response);
    TellOfNotifications(transaction, response);
    TellOfServers(transaction, now, response);
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("looking for what needs a person", work);
  if (!status.ok()) return status;
  std::stable_sort(response.mutable_attention()->begin(), response.mutable_attention()->end(),
                   [](const auto& a, const auto& b) { return a.severity() < b.severity(); });
  return response;
}

}  // namespace muster::store
