#include "server/inventory/witnesses.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace muster::inventory {
namespace {

using Row = v1::CompareWitnessesResponse::Row;

bool IsInstalled(const v1::Package& package) {
  return package.state() == v1::Package::INSTALLED || package.state() == v1::Package::PERMANENT ||
         package.state() == v1::Package::PRESENT;
}

// "windows/servicing/packages/package_1~….cat" is package_1~…
std::string PackageOf(const v1::Catalog& catalog) {
  std::string name = absl::AsciiStrToLower(catalog.path());
  name.erase(0, name.rfind('/') + 1);
  if (name.size() > 4) name.resize(name.size() - 4);
  return name;
}

// "KB976902" before "KB2705219".
int64_t NumberOf(const std::string& kb) {
  int64_t number = 0;
  return absl::SimpleAtoi(absl::string_view(kb).substr(std::min<size_t>(2, kb.size())), &number)
             ? number
             : INT64_MAX;
}

std::string Disagreement(const Row& row) {
  const bool installed = std::ranges::any_of(row.packages(), IsInstalled);
  std::string said;
  if (installed && !row.listed()) {
    said = "servicing has it installed, the update list does not name it";
  } else if (row.listed() && !installed) {
    said = row.packages().empty() ? "the update list names it, servicing has no package of it"
                                  : "the update list names it, servicing has it not installed";
  }
  if (row.failing_catalogs_size() > 0) {
    absl::StrAppend(&said, said.empty() ? "" : "; ", row.failing_catalogs_size(), " of its ",
                    row.catalogs(), " catalogs do not verify");
  }
  return said;
}

std::string Finding(const v1::CompareWitnessesResponse& told) {
  std::string finding;
  if (told.updates() == 0 && told.installed_packages() > 0) {
    finding = absl::StrCat("the update list names 0 updates, servicing has ",
                           told.installed_packages(), " installed packages");
  }
  if (told.failing_catalogs() > 0) {
    absl::StrAppend(&finding, finding.empty() ? "" : "; ", told.failing_catalogs(), " of ",
                    told.catalogs(), " catalogs do not verify");
  }
  return finding;
}

}  // namespace

bool Verifies(const v1::Catalog& catalog, absl::Time at) {
  switch (catalog.result()) {
    case v1::Catalog::VALID_TIMESTAMPED:
    case v1::Catalog::NO_TIMESTAMP:
    case v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU:
    case v1::Catalog::LIFETIME_SIGNING:
      return !catalog.has_breaks_at() || at < FromProto(catalog.breaks_at());
    default:
      return false;
  }
}

v1::CompareWitnessesResponse CompareWitnesses(const Testimony& testimony, absl::Time at) {
  v1::CompareWitnessesResponse told;
  std::map<std::pair<int64_t, std::string>, Row> rows;
  const auto row_of = [&](const std::string& kb) -> Row& {
    Row& row = rows[{NumberOf(kb), kb}];
    row.set_kb(kb);
    return row;
  };
  for (const v1::Update& update : testimony.updates) row_of(update.kb()).set_listed(true);
  std::multimap<std::string, const v1::Catalog*> catalogs;
  for (const v1::Catalog& catalog : testimony.catalogs) {
    catalogs.emplace(PackageOf(catalog), &catalog);
    if (!Verifies(catalog, at)) told.set_failing_catalogs(told.failing_catalogs() + 1);
  }
  for (const v1::Package& package : testimony.packages) {
    if (IsInstalled(package)) told.set_installed_packages(told.installed_packages() + 1);
    if (package.kb().empty()) continue;
    Row& row = row_of(package.kb());
    *row.add_packages() = package;
    const auto [first, last] = catalogs.equal_range(absl::AsciiStrToLower(package.identity()));
    for (auto it = first; it != last; ++it) {
      row.set_catalogs(row.catalogs() + 1);
      if (!Verifies(*it->second, at)) *row.add_failing_catalogs() = *it->second;
    }
  }
  told.set_updates(static_cast<int64_t>(testimony.updates.size()));
  told.set_catalogs(static_cast<int64_t>(testimony.catalogs.size()));
  for (auto& [key, row] : rows) {
    row.set_disagreement(Disagreement(row));
    *told.add_rows() = std::move(row);
  }
  told.set_total_size(told.rows_size());
  told.set_finding(Finding(told));
  return told;
}

}  // namespace muster::inventory
