#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/store/machine_order_internal.h"

namespace muster::store {
namespace {

constexpr size_t kMaxTokenBytes = 16'384;

// A column of times in microseconds; what has none (never breaks, never heard of) is last.
std::string TimeKey(absl::string_view column, bool descending) {
  return absl::StrCat("coalesce(micros(", column, descending ? "), -" : "), ",
                      std::numeric_limits<int64_t>::max(), ")");
}

std::map<std::string, SortKey> Keys(bool descending) {
  return {{"name", {"lower(m.name)", "text"}},
          {"site", {"lower(m.site)", "text"}},
          {"domain", {"lower(m.domain)", "text"}},
          {"os", {"lower(m.os)", "text"}},
          {"verdict", {absl::StrCat(kRankSql, "::bigint"), "bigint"}},
          {"breaks_at", {TimeKey("v.breaks_at", descending), "bigint"}},
          {"last_seen", {TimeKey("m.last_seen", descending), "bigint"}},
          {"enrolled_at", {"micros(m.enrolled_at)", "bigint"}}};
}

absl::Status BadOrder(absl::string_view part) {
  return absl::InvalidArgumentError(absl::StrCat(
      "order_by: \"", part,
      "\" is not a field, or not followed by desc alone: it takes name, site, domain, os, verdict, "
      "breaks_at, last_seen and enrolled_at, each once, separated by commas"));
}

absl::Status BadToken() {
  return absl::InvalidArgumentError(
      "page_token: it does not belong to this question: filter, order_by and rule must be those of "
      "the page before; or leave it empty to begin anew");
}

void Append(std::string& out, absl::string_view value) {
  const auto size = static_cast<uint32_t>(value.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof(size));
  out.append(value.data(), value.size());
}

bool Take(absl::string_view& rest, std::string& value) {
  uint32_t size;
  if (rest.size() < sizeof(size)) return false;
  std::memcpy(&size, rest.data(), sizeof(size));
  rest.remove_prefix(sizeof(size));
  if (rest.size() < size) return false;
  value = std::string(rest.substr(0, size));
  rest.remove_prefix(size);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<SortKey>> ParseOrder(absl::string_view order_by) {
  std::vector<SortKey> keys;
  std::set<std::string> seen;
  if (absl::StripAsciiWhitespace(order_by).empty()) order_by = "name";
  for (absl::string_view part : absl::StrSplit(order_by, ',')) {
    const std::vector<std::string> words =
        absl::StrSplit(part, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || words.size() > 2) return BadOrder(part);
    if (words.size() == 2 && words[1] != "desc") return BadOrder(part);
    const bool descending = words.size() == 2;
    const std::map<std::string, SortKey> known = Keys(descending);
    const auto key = known.find(words[0]);
    if (key == known.end() || !seen.insert(words[0]).second) return BadOrder(part);
    keys.push_back(key->second);
    keys.back().descending = descending;
  }
  return keys;
}

std::string EncodePageToken(const PageToken& token) {
  std::string bytes;
  Append(bytes, token.asked.view());
  Append(bytes, absl::StrCat(absl::ToUnixMicros(token.now)));
  for (const std::string& value : token.values) Append(bytes, value);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PageToken> DecodePageToken(absl::string_view text, const Digest& asked,
                                          const std::vector<SortKey>& keys) {
  std::string bytes, digest, now;
  int64_t micros = 0;
  if (text.size() > kMaxTokenBytes || !absl::WebSafeBase64Unescape(text, &bytes)) {
    return BadToken();
  }
  absl::string_view rest = bytes;
  if (!Take(rest, digest) || digest != asked.view() || !Take(rest, now) ||
      !absl::SimpleAtoi(now, &micros)) {
    return BadToken();
  }
  PageToken token{asked, absl::FromUnixMicros(micros), {}};
  for (const SortKey& key : keys) {
    std::string value;
    int64_t number = 0;
    if (!Take(rest, value)) return BadToken();
    if (key.type == "bigint" && !absl::SimpleAtoi(value, &number)) return BadToken();
    token.values.push_back(std::move(value));
  }
  std::string id;
  if (!Take(rest, id) || id.size() != Digest::kSize || !rest.empty()) return BadToken();
  token.values.push_back(std::move(id));
  return token;
}

std::string OrderSql(const std::vector<SortKey>& keys) {
  std::string sql = "ORDER BY ";
  for (const SortKey& key : keys) {
    absl::StrAppend(&sql, key.sql, key.descending ? " DESC, " : ", ");
  }
  return sql + "m.id";
}

std::string AfterSql(SqlParams& params, const std::vector<SortKey>& keys, const PageToken& token) {
  // k1 > a OR (k1 = a AND (k2 > b OR (k2 = b AND … id > z)))
  std::string sql = absl::StrCat("m.id > ", params.BindBytes(token.values.back()));
  for (size_t i = keys.size(); i-- > 0;) {
    const std::string value = params.Bind(token.values[i], keys[i].type);
    sql = absl::StrCat(keys[i].sql, keys[i].descending ? " < " : " > ", value, " OR (", keys[i].sql,
                       " = ", value, " AND (", sql, "))");
  }
  return sql;
}

}  // namespace muster::store
