#include "dashboard-api/ctl/payloads.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr size_t kUploadBytes = 512 * 1024;  // of a part; the server takes 1 MiB

Table PayloadsTable(const v1::ListPayloadsResponse& response) {
  Table table({"KB", "ARCHITECTURE", "FILE", "BYTES", "LAPSES", "SHA-256"}, 64);
  for (const v1::StoredPayload& stored : response.payloads()) {
    table.Add({{stored.payload().kb()},
               {stored.payload().architecture()},
               {stored.payload().file_name()},
               {absl::StrCat(stored.payload().size())},
               {stored.has_breaks_at() ? InstantText(stored.breaks_at()) : "never"},
               {absl::BytesToHexString(stored.payload().sha256())}});
  }
  return table;
}

}  // namespace

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
  v1::ListPayloadsResponse list;
  *list.add_payloads() = stored;
  return WriteChange(
      stored, absl::StrCat(absl::BytesToHexString(stored.payload().sha256()), "\n"),
      PayloadsTable(list), console,
      absl::StrCat(ForTerminal(stored.payload().kb()), " for ",
                   ForTerminal(stored.payload().architecture()), ", ", stored.payload().size(),
                   " bytes, ", stored.catalogs(), " catalogs, all of which verify",
                   stored.has_breaks_at() ? absl::StrCat(" until ", InstantText(stored.breaks_at()))
                                          : " for good",
                   "\n"));
}

absl::Status ListPayloads(Client& client, const NoOptions&, Console& console) {
  v1::ListPayloadsResponse response;
  auto listed =
      client.Call(&v1::PayloadService::Stub::ListPayloads, v1::ListPayloadsRequest(), &response);
  if (!listed.ok()) return listed;
  return Write(response, PayloadsTable(response), console);
}

}  // namespace muster::ctl
