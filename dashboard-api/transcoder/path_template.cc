#include "dashboard-api/transcoder/path_template.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "dashboard-api/transcoder/url.h"

namespace muster::transcoder {
namespace {

constexpr size_t kMaxSegments = 16;

absl::Status BadTemplate(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("not a path template: ", text));
}

// "machines" gives "machine", "apiTokens" "apiToken": what a client calls one of them.
std::string Singular(absl::string_view collection) {
  if (absl::ConsumeSuffix(&collection, "ies")) return absl::StrCat(collection, "y");
  absl::ConsumeSuffix(&collection, "s");
  return std::string(collection);
}

}  // namespace

absl::StatusOr<RequestPath> RequestPath::Parse(absl::string_view raw) {
  if (!absl::ConsumePrefix(&raw, "/")) return absl::InvalidArgumentError("path: must begin with /");
  RequestPath path;
  std::vector<absl::string_view> parts = absl::StrSplit(raw, '/');
  if (parts.size() > kMaxSegments) return absl::InvalidArgumentError("path: too many segments");
  if (const size_t colon = parts.back().rfind(':'); colon != absl::string_view::npos) {
    path.verb = std::string(parts.back().substr(colon + 1));
    parts.back() = parts.back().substr(0, colon);
  }
  for (absl::string_view part : parts) {
    auto segment = PercentDecode(part, Spaces::kPercentOnly);
    if (!segment.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("path: ", segment.status().message()));
    }
    if (segment->empty() || *segment == "." || *segment == ".." ||
        absl::StrContains(*segment, '/')) {
      return absl::InvalidArgumentError("path: has a segment that names nothing");
    }
    path.segments.push_back(*std::move(segment));
  }
  return path;
}

absl::StatusOr<PathTemplate> PathTemplate::Parse(absl::string_view text) {
  PathTemplate result;
  result.text_ = std::string(text);
  absl::string_view rest = text;
  const size_t colon = rest.rfind(':');
  if (colon != absl::string_view::npos && !absl::StrContains(rest.substr(colon), '/')) {
    result.verb_ = std::string(rest.substr(colon + 1));
    rest = rest.substr(0, colon);
  }
  while (!rest.empty()) {
    if (!absl::ConsumePrefix(&rest, "/")) return BadTemplate(text);
    absl::string_view pattern;
    const size_t begin = result.segments_.size();
    if (absl::ConsumePrefix(&rest, "{")) {
      const size_t close = rest.find('}');
      if (close == absl::string_view::npos) return BadTemplate(text);
      const std::pair<absl::string_view, absl::string_view> variable =
          absl::StrSplit(rest.substr(0, close), absl::MaxSplits('=', 1));
      pattern = variable.second.empty() ? "*" : variable.second;
      rest.remove_prefix(close + 1);
      result.variables_.push_back({std::string(variable.first), begin, 0});
    } else {
      const size_t end = std::min(rest.find('/'), rest.size());
      pattern = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    for (absl::string_view segment : absl::StrSplit(pattern, '/')) {
      if (segment.empty() || segment == "**") return BadTemplate(text);
      result.segments_.emplace_back(segment);
      result.specificity_ += segment == "*" ? '1' : '0';
    }
    if (!result.variables_.empty() && result.variables_.back().end == 0) {
      result.variables_.back().end = result.segments_.size();
    }
  }
  if (result.segments_.empty()) return BadTemplate(text);
  return result;
}

std::optional<std::map<std::string, std::string>> PathTemplate::Match(
    const RequestPath& path) const {
  if (path.segments.size() != segments_.size() || path.verb != verb_) return std::nullopt;
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i] != "*" && segments_[i] != path.segments[i]) return std::nullopt;
  }
  std::map<std::string, std::string> values;
  for (const Variable& variable : variables_) {
    values[variable.field_path] = absl::StrJoin(path.segments.begin() + variable.begin,
                                                path.segments.begin() + variable.end, "/");
  }
  return values;
}

PathTemplate::OpenApiPath PathTemplate::ToOpenApi() const {
  OpenApiPath result;
  size_t next_variable = 0;
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (next_variable < variables_.size() && variables_[next_variable].end == i) ++next_variable;
    if (segments_[i] != "*") {
      absl::StrAppend(&result.path, "/", segments_[i]);
      continue;
    }
    const Variable& variable = variables_[next_variable];
    const std::string prefix = absl::StrJoin(segments_.begin() + variable.begin,
                                             segments_.begin() + static_cast<long>(i), "/");
    std::string name = prefix.empty() ? variable.field_path : Singular(segments_[i - 1]);
    absl::StrAppend(&result.path, "/{", name, "}");
    result.parameters.push_back(
        {std::move(name), variable.field_path, prefix.empty() ? "" : absl::StrCat(prefix, "/")});
  }
  if (!verb_.empty()) absl::StrAppend(&result.path, ":", verb_);
  return result;
}

}  // namespace muster::transcoder
