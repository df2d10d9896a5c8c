// Groups, and whom a campaign's selection holds.
#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/proto_time.h"
#include "common/refusal.h"
#include "server/inventory/filter.h"
#include "server/store/campaign_store.h"
#include "server/store/database_internal.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using campaign::Candidate;

constexpr int kMaxDepth = 16;
constexpr size_t kMaxListed = 1'000'000;

constexpr char kFindGroup[] =
    "SELECT body, version, created_by, micros(updated_at) FROM machine_groups WHERE id = $1";
constexpr char kPutGroup[] = R"(
  INSERT INTO machine_groups (id, body, version, created_by, updated_at)
  VALUES ($1, $2::bytea, 1, $3, $4::timestamptz)
  ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body, version = machine_groups.version + 1,
    updated_at = EXCLUDED.updated_at)";
constexpr char kAddMembers[] = R"(
  INSERT INTO machine_group_members (group_id, machine_id)
  SELECT $1, m.id FROM machines m WHERE m.id = ANY ($2::bytea[]) ON CONFLICT DO NOTHING)";
constexpr char kByName[] = R"(
  SELECT n.name, m.id FROM unnest($1::text[]) AS n (name)
  LEFT JOIN machines m ON lower(m.name) = lower(n.name) ORDER BY n.name)";
constexpr char kKnownIds[] = "SELECT id FROM machines WHERE id = ANY ($1::bytea[])";

std::string IdOf(absl::string_view name) { return std::string(absl::StripPrefix(name, "groups/")); }

absl::StatusOr<v1::Group> FindGroup(pqxx::transaction_base& transaction, const std::string& id) {
  const pqxx::result rows = transaction.exec_params(kFindGroup, StorableText(id));
  if (rows.empty()) return absl::NotFoundError(absl::StrCat("there is no group groups/", id));
  v1::Group group;
  group.ParseFromString(ReadBytes(rows[0][0]));
  group.set_etag(rows[0][1].c_str());
  group.set_created_by(rows[0][2].c_str());
  *group.mutable_update_time() = ToProto(ReadTime(rows[0][3]));
  return group;
}

// "m.id IN (…)": machines that a filter matches. Its own sub-select, so that each filter may name a
// rule of its own.
absl::StatusOr<std::string> FilterSql(SqlParams& params, const std::string& filter,
                                      absl::Time now) {
  auto parsed = inventory::ParseFilter(filter, inventory::MachineFields());
  if (!parsed.ok()) return parsed.status();
  auto rule = TakeRule(*parsed, "");
  if (!rule.ok()) return rule.status();
  const std::string source = MachineSource(params, *rule, {now});
  return absl::StrCat("m.id IN (SELECT m.id FROM ", source, " WHERE ",
                      ConditionSql(params, *parsed, {now}), ")");
}

// The condition over machines m that a group stands for.
class GroupSql {
 public:
  GroupSql(pqxx::transaction_base& transaction, SqlParams& params, absl::Time now)
      : transaction_(transaction), params_(params), now_(now) {}

  absl::StatusOr<std::string> Stored(const std::string& id) {
    if (path_.size() >= kMaxDepth || !path_.insert(id).second) {
      return FailedPrecondition(
          "GROUP_NESTING", absl::StrCat("groups/", id),
          absl::StrCat("groups/", id, " holds itself, or groups are nested more than 16 deep"));
    }
    auto group = FindGroup(transaction_, id);
    if (!group.ok()) return group.status();
    auto sql = Of(*group, absl::StrCat("m.id IN (SELECT machine_id FROM machine_group_members "
                                       "WHERE group_id = ",
                                       params_.Bind(id, "text"), ")"));
    path_.erase(id);
    return sql;
  }

  absl::StatusOr<std::string> Of(const v1::Group& group, const std::string& listed) {
    std::vector<std::string> parts = {listed};
    if (!group.filter().empty()) {
      auto filter = FilterSql(params_, group.filter(), now_);
      if (!filter.ok()) return filter.status();
      parts.push_back(*std::move(filter));
    }
    for (const std::string& name : group.groups()) {
      auto part = Stored(IdOf(name));
      if (!part.ok()) return part.status();
      parts.push_back(*std::move(part));
    }
    std::string sql = absl::StrCat("((", absl::StrJoin(parts, ") OR ("), "))");
    for (const std::string& name : group.except_groups()) {
      auto part = Stored(IdOf(name));
      if (!part.ok()) return part.status();
      absl::StrAppend(&sql, " AND NOT (", *part, ")");
    }
    return absl::StrCat("(", sql, ")");
  }

 private:
  pqxx::transaction_base& transaction_;
  SqlParams& params_;
  const absl::Time now_;
  std::set<std::string> path_;
};

std::string ListedSql(SqlParams& params, const v1::Group& group) {
  std::vector<std::string> ids;
  for (const std::string& machine : group.machines()) {
    auto id = Digest::FromHex(machine);
    if (id.ok()) ids.push_back(params.BindBytes(id->view()));
  }
  return ids.empty() ? "false" : absl::StrCat("m.id IN (", absl::StrJoin(ids, ", "), ")");
}

bool IsGroupId(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

// Ids stay, names are looked up.
void Resolve(pqxx::transaction_base& transaction, const v1::PutGroupRequest& request,
             std::vector<Digest>& machines, v1::PutGroupResponse& response) {
  std::set<std::string> names;
  std::vector<Digest> ids;
  const auto sort = [&](const std::string& member) {
    auto id = Digest::FromHex(absl::StripPrefix(member, "machines/"));
    if (id.ok()) {
      ids.push_back(*id);
    } else if (!member.empty()) {
      names.insert(StorableText(member));
    }
  };
  for (const std::string& machine : request.group().machines()) sort(machine);
  for (const std::string& member : request.members()) sort(member);
  std::set<Digest> known;
  for (const pqxx::row& row : transaction.exec_params(kKnownIds, ByteaArray(ids).Bind())) {
    known.insert(ReadDigest(row[0]));
  }
  for (const Digest& id : ids) {
    if (!known.contains(id)) response.add_unknown_members(id.ToHex());
  }
  machines.assign(known.begin(), known.end());
  TextArray asked;
  for (const std::string& name : names) asked.Add(name);
  std::string last;
  int matches = 0;
  Digest match;
  const auto close = [&] {
    if (matches == 1) machines.push_back(match);
    if (matches > 1) response.add_ambiguous_members(last);
  };
  for (const pqxx::row& row : transaction.exec_params(kByName, asked.Bind())) {
    const std::string name = row[0].c_str();
    if (name != last) {
      close();
      matches = 0;
      last = name;
    }
    if (row[1].is_null()) {
      response.add_unknown_members(name);
    } else {
      ++matches;
      match = ReadDigest(row[1]);
    }
  }
  close();
}

}  // namespace

absl::StatusOr<v1::PutGroupResponse> CampaignStore::PutGroup(const v1::PutGroupRequest& request,
                                                             const std::string& by,
                                                             absl::Time now) {
  const std::string id = IdOf(request.group().name());
  if (!IsGroupId(id)) {
    return absl::InvalidArgumentError(
        "group.name: must be groups/ and 1 to 64 letters, digits, - _ .");
  }
  if (static_cast<size_t>(request.members_size() + request.group().machines_size()) > kMaxListed) {
    return absl::InvalidArgumentError("members: too many for one group");
  }
  v1::PutGroupResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    response.Clear();
    auto stored = FindGroup(transaction, id);
    if (stored.ok() && stored->etag() != request.group().etag()) {
      return absl::AbortedError(absl::StrCat(
          "groups/", id,
          " is there already: read it, and put it with its etag (musterctl --replace)"));
    }
    std::vector<Digest> machines;
    Resolve(transaction, request, machines, response);
    v1::Group body = request.group();
    body.set_name(absl::StrCat("groups/", id));
    body.clear_machines();
    body.clear_etag();
    transaction.exec_params0(kPutGroup, id, BytesParam(body.SerializeAsString()), StorableText(by),
                             TimeParam(now));
    transaction.exec_params0("DELETE FROM machine_group_members WHERE group_id = $1", id);
    transaction.exec_params0(kAddMembers, id, ByteaArray(machines).Bind());
    // What cannot be read, or holds itself, is not kept.
    SqlParams params;
    auto sql = GroupSql(transaction, params, now).Stored(id);
    if (!sql.ok()) return sql.status();
    auto kept = FindGroup(transaction, id);
    if (!kept.ok()) return kept.status();
    *response.mutable_group() = *std::move(kept);
    response.set_machine_count(static_cast<int64_t>(machines.size()));
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("storing a group", work); !status.ok()) return status;
  return response;
}

absl::StatusOr<std::vector<v1::Group>> CampaignStore::ListGroups() {
  std::vector<v1::Group> groups;
  const absl::Status status =
      database_->Run("listing groups", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec("SELECT id FROM machine_groups ORDER BY id")) {
          auto group = FindGroup(transaction, row[0].c_str());
          if (!group.ok()) return group.status();
          groups.push_back(*std::move(group));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return groups;
}

absl::Status CampaignStore::DeleteGroup(const std::string& id) {
  return database_->Run("removing a group", [&](pqxx::transaction_base& transaction) {
    const pqxx::result gone =
        transaction.exec_params("DELETE FROM machine_groups WHERE id = $1", StorableText(id));
    return gone.affected_rows() > 0
               ? absl::OkStatus()
               : absl::NotFoundError(absl::StrCat("there is no group groups/", id));
  });
}

absl::StatusOr<v1::PreviewGroupResponse> CampaignStore::PreviewGroup(
    const v1::PreviewGroupRequest& request, absl::Time now) {
  v1::PreviewGroupResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    SqlParams params;
    GroupSql groups(transaction, params, now);
    auto sql = request.name().empty()
                   ? groups.Of(request.group(), ListedSql(params, request.group()))
                   : groups.Stored(IdOf(request.name()));
    if (!sql.ok()) return sql.status();
    const pqxx::result rows =
        Query(transaction,
              absl::StrCat("SELECT m.name, count(*) OVER () FROM machines m WHERE ", *sql,
                           " ORDER BY lower(m.name), m.id LIMIT 20"),
              params);
    for (const pqxx::row& row : rows) {
      response.add_samples(row[0].c_str());
      response.set_machines(row[1].as<int64_t>());
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("looking at a group", work); !status.ok()) return status;
  return response;
}

absl::StatusOr<std::string> CampaignStore::SiteOf(const campaign::MachineId& machine) {
  std::string site;
  const absl::Status status =
      database_->Run("reading a machine's site", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(
            "SELECT site FROM machines WHERE id = $1::bytea", BytesParam(machine.view()));
        if (!rows.empty()) site = rows[0][0].c_str();
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return site;
}

absl::StatusOr<std::vector<Candidate>> CampaignStore::Candidates(const v1::CampaignSpec& spec,
                                                                 const std::string& extends,
                                                                 absl::Time now) {
  std::vector<Candidate> candidates;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    candidates.clear();
    SqlParams params;
    auto selection = spec.group().empty()
                         ? FilterSql(params, spec.filter(), now)
                         : GroupSql(transaction, params, now).Stored(IdOf(spec.group()));
    if (!selection.ok()) return selection.status();
    std::string columns;
    for (const v1::WavePolicy& wave : spec.waves()) {
      absl::StatusOr<std::string> matches = "true";
      if (!wave.filter().empty()) matches = FilterSql(params, wave.filter(), now);
      if (!matches.ok()) return matches.status();
      absl::StrAppend(&columns, ", (", *matches, ")");
    }
    const std::string source = MachineSource(params, spec.rule(), {now});
    std::string sql = absl::StrCat(
        "SELECT m.id, m.name, m.architecture, ", kRankSql,
        ", coalesce((SELECT min(o.campaign_id) FROM orders o WHERE o.machine_id = m.id AND o.state "
        "BETWEEN 2 AND 6), '')",
        columns, " FROM ", source, " WHERE ", *selection);
    if (!extends.empty()) {
      const std::string parent = params.Bind(extends, "text");
      absl::StrAppend(&sql,
                      " AND NOT EXISTS (SELECT FROM orders o JOIN campaigns c ON c.id = "
                      "o.campaign_id WHERE o.machine_id = m.id AND (c.id = ",
                      parent, " OR c.extends = ", parent, "))");
    }
    for (const pqxx::row& row : Query(transaction, sql, params)) {
      Candidate& candidate = candidates.emplace_back();
      candidate.machine = ReadDigest(row[0]);
      candidate.name = row[1].c_str();
      candidate.architecture = row[2].c_str();
      candidate.verdict = StateOfRank(row[3].as<int>());
      candidate.open_campaign = row[4].c_str();
      if (!candidate.open_campaign.empty()) {
        candidate.open_campaign = absl::StrCat("campaigns/", candidate.open_campaign);
      }
      for (int wave = 0; wave < spec.waves_size(); ++wave) {
        candidate.in_wave.push_back(row[5 + wave].as<bool>());
      }
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("selecting machines", work); !status.ok()) return status;
  return candidates;
}

}  // namespace muster::store
