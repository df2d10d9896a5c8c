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
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr size_t kUploadBytes = 512 * 1024;
constexpr size_t kNamesShown = 20;
// Column titles of lists that people export, in lower case: ConfigMgr's console and reports, Active
// Directory's, our own.
constexpr absl::string_view kTitles[] = {
    "name",          "resourcename", "resource name", "computername", "computer name", "computer",
    "netbios_name0", "netbiosname",  "devicename",    "device name",  "machine",       "hostname"};

std::string GroupName(const std::string& name) {
  return absl::StartsWith(name, "groups/") ? name : absl::StrCat("groups/", name);
}

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
  group.set_name(GroupName(options.name));
  group.set_description(options.description);
  group.set_filter(options.filter);
  for (const std::string& name : options.groups) group.add_groups(GroupName(name));
  for (const std::string& name : options.except) group.add_except_groups(GroupName(name));
  for (const std::string& member : options.members) request.add_members(member);
  if (!options.import_file.empty()) {
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
    for (const std::string& name : names) request.add_members(name);
  }
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
  console.out << response.group().name() << ": " << response.machine_count() << " listed machines"
              << (group.filter().empty() ? "" : ", and those that match the filter") << "\n";
  return absl::OkStatus();
}

absl::Status ListGroups(Client& client, const std::string& format, Console& console) {
  v1::ListGroupsResponse response;
  auto listed =
      client.Call(&v1::GroupService::Stub::ListGroups, v1::ListGroupsRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"GROUP", "FILTER", "HOLDS", "WITHOUT", "DESCRIPTION"});
  for (const v1::Group& group : response.groups()) {
    table.Add({{group.name()},
               {group.filter()},
               {absl::StrJoin(group.groups(), " ")},
               {absl::StrJoin(group.except_groups(), " ")},
               {group.description()}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status DeleteGroup(Client& client, const std::string& name, Console& console) {
  v1::DeleteGroupRequest request;
  request.set_name(GroupName(name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&v1::GroupService::Stub::DeleteGroup, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is removed\n";
  return gone;
}

absl::Status PreviewGroup(Client& client, const std::string& name, Console& console) {
  v1::PreviewGroupRequest request;
  request.set_name(GroupName(name));
  v1::PreviewGroupResponse response;
  auto looked = client.Call(&v1::GroupService::Stub::PreviewGroup, request, &response);
  if (!looked.ok()) return looked;
  console.out << response.machines() << " machines\n";
  for (const std::string& sample : response.samples()) {
    console.out << "  " << ForTerminal(sample) << "\n";
  }
  if (response.machines() > response.samples_size()) console.out << "  …\n";
  return absl::OkStatus();
}

absl::Status UploadPayload(Client& client, const std::string& file, Console& console) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("reading ", file, " failed"));
  v1::StoredPayload stored;
  v1::UploadPayloadRequest part;
  part.set_file_name(std::filesystem::path(file).filename().string());
  bool first = true;
  auto uploaded = client.Upload(
      &v1::PayloadService::Stub::UploadPayload,
      [&](v1::UploadPayloadRequest& next) {
        if (std::exchange(first, false)) {
          next = part;
          return true;
        }
        std::string& data = *next.mutable_data();
        data.resize(kUploadBytes);
        in.read(data.data(), static_cast<std::streamsize>(data.size()));
        data.resize(static_cast<size_t>(in.gcount()));
        return !data.empty();
      },
      &stored);
  if (!uploaded.ok()) return uploaded;
  console.out << absl::BytesToHexString(stored.payload().sha256()) << "\n";
  console.out.flush();
  console.err << stored.payload().kb() << " for " << stored.payload().architecture() << ", "
              << stored.payload().size() << " bytes, " << stored.catalogs()
              << " catalogs, all of which verify"
              << (stored.has_breaks_at() ? absl::StrCat(" until ", InstantText(stored.breaks_at()))
                                         : std::string(" for good"))
              << "\n";
  return absl::OkStatus();
}

absl::Status ListPayloads(Client& client, const std::string& format, Console& console) {
  v1::ListPayloadsResponse response;
  auto listed =
      client.Call(&v1::PayloadService::Stub::ListPayloads, v1::ListPayloadsRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"KB", "ARCHITECTURE", "FILE", "BYTES", "LAPSES", "SHA-256"}, 64);
  for (const v1::StoredPayload& stored : response.payloads()) {
    table.Add({{stored.payload().kb()},
               {stored.payload().architecture()},
               {stored.payload().file_name()},
               {absl::StrCat(stored.payload().size())},
               {stored.has_breaks_at() ? InstantText(stored.breaks_at()) : "never"},
               {absl::BytesToHexString(stored.payload().sha256())}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

}  // namespace muster::ctl
