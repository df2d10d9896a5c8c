#include "dashboard-api/ctl/groups.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/files.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr size_t kNamesShown = 20;
// Column titles of lists that people export, in lower case: ConfigMgr's console and reports, Active
// Directory's, our own.
constexpr absl::string_view kTitles[] = {
    "name",          "resourcename", "resource name", "computername", "computer name", "computer",
    "netbios_name0", "netbiosname",  "devicename",    "device name",  "machine",       "hostname"};

// One line's fields (RFC 4180), with this separator.
std::vector<std::string> Fields(absl::string_view line, char separator) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back().push_back('"');
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(c);
    }
  }
  for (std::string& field : fields) field = std::string(absl::StripAsciiWhitespace(field));
  return fields;
}

bool IsTitle(const std::string& field) {
  const std::string lower = absl::AsciiStrToLower(field);
  return std::find(std::begin(kTitles), std::end(kTitles), lower) != std::end(kTitles);
}

// As Excel and ConfigMgr's console save it on German and on English machines.
char Separator(absl::string_view line) {
  for (const char c : {';', '\t', ','}) {
    if (absl::StrContains(line, std::string(1, c))) return c;
  }
  return ',';
}

void Describe(const PutGroupOptions& options, v1::Group& group) {
  group.set_name(ResourceName("groups", options.name));
  group.set_description(options.description);
  group.set_filter(options.filter);
  for (const std::string& name : options.groups) group.add_groups(ResourceName("groups", name));
  for (const std::string& name : options.except) {
    group.add_except_groups(ResourceName("groups", name));
  }
}

// Of the command line and of the file.
absl::StatusOr<std::vector<std::string>> ReadMembers(const PutGroupOptions& options) {
  std::vector<std::string> members = options.members;
  if (options.import_file.empty()) return members;
  absl::StatusOr<std::string> text;
  if (options.import_file == "-") {
    text = std::string(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    text = ReadSmallFile(options.import_file);
  }
  if (!text.ok()) return text.status();
  const std::vector<std::string> names = ReadNames(*text);
  if (names.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.import_file, " names no machine: one name a line, or CSV with a column Name"));
  }
  members.insert(members.end(), names.begin(), names.end());
  return members;
}

void Tell(const char* what, const google::protobuf::RepeatedPtrField<std::string>& names,
          Console& console) {
  if (names.empty()) return;
  std::vector<std::string> shown;
  for (int i = 0; i < names.size() && shown.size() < kNamesShown; ++i) {
    shown.push_back(ForTerminal(names[i]));
  }
  console.err << names.size() << " " << what << ": " << absl::StrJoin(shown, ", ")
              << (names.size() > static_cast<int>(kNamesShown) ? ", …" : "") << "\n";
}

}  // namespace

std::vector<std::string> ReadNames(absl::string_view text) {
  if (absl::StartsWith(text, "\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<std::string> names;
  size_t column = 0;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const absl::string_view line = absl::StripAsciiWhitespace(text.substr(0, end));
    text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    if (line.empty() || absl::StartsWith(line, "#")) continue;
    const std::vector<std::string> fields = Fields(line, Separator(line));
    if (first) {
      first = false;
      const auto title = std::find_if(fields.begin(), fields.end(), IsTitle);
      if (title != fields.end()) {
        column = static_cast<size_t>(title - fields.begin());
        continue;
      }
    }
    if (column < fields.size() && !fields[column].empty()) names.push_back(fields[column]);
  }
  return names;
}

absl::Status PutGroup(Client& client, const PutGroupOptions& options, Console& console) {
  v1::PutGroupRequest request;
  v1::Group& group = *request.mutable_group();
  Describe(options, group);
  auto members = ReadMembers(options);
  if (!members.ok()) return members.status();
  for (const std::string& member : *members) request.add_members(member);
  if (options.replace) {
    v1::ListGroupsResponse groups;
    auto listed =
        client.Call(&v1::GroupService::Stub::ListGroups, v1::ListGroupsRequest(), &groups);
    if (!listed.ok()) return listed;
    for (const v1::Group& stored : groups.groups()) {
      if (stored.name() == group.name()) group.set_etag(stored.etag());
    }
  }
  v1::PutGroupResponse response;
  auto put = client.Call(&v1::GroupService::Stub::PutGroup, request, &response);
  if (!put.ok()) return put;
  Tell("names that no machine has", response.unknown_members(), console);
  Tell("names that several machines have (name them by id)", response.ambiguous_members(), console);
  Table table({"GROUP", "LISTED MACHINES", "FILTER", "UNKNOWN", "AMBIGUOUS"});
  table.Add({{response.group().name()},
             {absl::StrCat(response.machine_count())},
             {response.group().filter()},
             {absl::StrJoin(response.unknown_members(), " ")},
             {absl::StrJoin(response.ambiguous_members(), " ")}});
  return WriteChange(
      response,
      absl::StrCat(ForTerminal(response.group().name()), ": ", response.machine_count(),
                   " listed machines",
                   group.filter().empty() ? "" : ", and those that match the filter", "\n"),
      table, console);
}

absl::Status ListGroups(Client& client, const NoOptions&, Console& console) {
  v1::ListGroupsResponse response;
  auto listed =
      client.Call(&v1::GroupService::Stub::ListGroups, v1::ListGroupsRequest(), &response);
  if (!listed.ok()) return listed;
  Table table({"GROUP", "FILTER", "HOLDS", "WITHOUT", "DESCRIPTION"});
  for (const v1::Group& group : response.groups()) {
    table.Add({{group.name()},
               {group.filter()},
               {absl::StrJoin(group.groups(), " ")},
               {absl::StrJoin(group.except_groups(), " ")},
               {group.description()}});
  }
  return Write(response, table, console);
}

absl::Status DeleteGroup(Client& client, const std::string& name, Console& console) {
  v1::DeleteGroupRequest request;
  request.set_name(ResourceName("groups", name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&v1::GroupService::Stub::DeleteGroup, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is removed\n";
  return gone;
}

absl::Status PreviewGroup(Client& client, const PutGroupOptions& options, Console& console) {
  v1::PreviewGroupRequest request;
  if (!options.filter.empty() || !options.groups.empty() || !options.except.empty()) {
    Describe(options, *request.mutable_group());
    request.mutable_group()->clear_name();
  } else if (options.name.empty()) {
    return absl::InvalidArgumentError("which group? give its name, or --filter, --group, --except");
  } else {
    request.set_name(ResourceName("groups", options.name));
  }
  v1::PreviewGroupResponse response;
  auto looked = client.Call(&v1::GroupService::Stub::PreviewGroup, request, &response);
  if (!looked.ok()) return looked;
  const auto text = [&] {
    std::string lines = absl::StrCat(response.machines(), " machines\n");
    for (const std::string& sample : response.samples()) {
      absl::StrAppend(&lines, "  ", ForTerminal(sample), "\n");
    }
    return response.machines() > response.samples_size() ? lines + "  …\n" : lines;
  };
  const auto csv = [&] {
    Table table({"GROUP", "MACHINES", "SAMPLES"});
    table.Add({{request.has_group() ? "-" : request.name()},
               {absl::StrCat(response.machines())},
               {absl::StrJoin(response.samples(), " ")}});
    return table.ToCsv();
  };
  return Write({.text = text, .csv = csv, .json = [&] { return Json(response, /*pretty=*/true); }},
               console);
}

}  // namespace muster::ctl
