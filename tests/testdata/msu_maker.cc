#include "tests/testdata/msu_maker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace muster::testdata {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;
using Fault = MsuSpec::Fault;

constexpr unsigned kFalseChecksum = 0xBADC0DE5;
constexpr size_t kBlockBytes = 32768;

std::string LittleEndian(size_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}
std::string U16(size_t value) { return LittleEndian(value, 2); }
std::string U32(size_t value) { return LittleEndian(value, 4); }

std::string Stem(const MsuSpec& spec) {
  return absl::StrCat("Windows6.1-", spec.kb, "-", spec.architecture);
}

std::string InnerCabinet(const MsuSpec& spec) {
  if (spec.fault == Fault::kInnerIsNoCabinet) return "not a cabinet";
  if (spec.fault == Fault::kNothingInside) return MakeCabinet({{"readme.txt", "nothing"}});
  Members members = {{"update.mum", "<assembly/>"}, {"package_1.mum", "<assembly/>"}};
  if (spec.fault != Fault::kNoCatalog) {
    members.insert(members.begin() + 1, {"update.cat", spec.catalog});
    members.emplace_back("package_1.cat", spec.catalog);
  }
  if (spec.padding > 0) members.emplace_back("padding", std::string(spec.padding, 'x'));
  if (spec.fault == Fault::kManyMembers) members.resize(10'001, {"empty", ""});
  std::string cabinet =
      MakeCabinet(members, spec.fault == Fault::kInnerBadChecksum ? kFalseChecksum : 0);
  if (spec.fault == Fault::kInnerTruncated) cabinet.resize(cabinet.size() - 1);
  return cabinet;
}

std::string Properties(const MsuSpec& spec) {
  std::string kb = spec.kb.substr(2);
  if (spec.fault == Fault::kOtherKb) kb = "1234567";
  std::string architecture = spec.architecture == "x64" ? "amd64" : spec.architecture;
  if (spec.fault == Fault::kOtherArchitecture) architecture = "ia64";
  std::string text = "Applies to=\"Windows 6.1\"\r\nBuild Date=\"2012/11/03\"\r\n";
  if (spec.fault != Fault::kNoKb) absl::StrAppend(&text, "KB Article Number=\"", kb, "\"\r\n");
  absl::StrAppend(&text, "Language=\"ALL\"\r\nPackage Type=\"Security Update\"\r\n");
  if (spec.fault != Fault::kNoArchitecture) {
    absl::StrAppend(&text, "Processor Architecture=\"", architecture, "\"\r\n");
  }
  if (spec.fault == Fault::kLargeProperties) text.append(64 * 1024, ' ');
  if (!spec.utf16_properties) return text;
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += {c, '\0'};
  return wide;
}

// Makes the entry of `name` claim `size` bytes: CFFILE begins with the size, 16 bytes before the
// name.
void Claim(std::string& cabinet, const std::string& name, size_t size) {
  cabinet.replace(cabinet.find(name) - 16, 4, U32(size));
}

}  // namespace

std::string MakeCabinet(const Members& members, unsigned checksum) {
  std::string entries, data;
  for (const auto& [name, bytes] : members) {
    constexpr size_t kDate = 0x4163, kTime = 0x6000, kArchive = 0x20;  // 2012-11-03, 12:00
    absl::StrAppend(&entries, U32(bytes.size()), U32(data.size()), U16(0), U16(kDate), U16(kTime));
    absl::StrAppend(&entries, U16(kArchive), name, std::string(1, '\0'));
    data += bytes;
  }
  std::string blocks;
  size_t block_count = 0;
  for (size_t i = 0; i < data.size(); i += kBlockBytes, ++block_count) {
    const std::string block = data.substr(i, kBlockBytes);
    absl::StrAppend(&blocks, U32(checksum), U16(block.size()), U16(block.size()), block);
  }
  constexpr size_t kHeaderBytes = 36, kFolderBytes = 8;
  const size_t entries_at = kHeaderBytes + kFolderBytes;
  const size_t blocks_at = entries_at + entries.size();
  std::string cabinet = absl::StrCat("MSCF", U32(0), U32(blocks_at + blocks.size()), U32(0));
  absl::StrAppend(&cabinet, U32(entries_at), U32(0), U16(0x0103));  // version 1.3
  absl::StrAppend(&cabinet, U16(1), U16(members.size()), U16(0), U16(0), U16(0));
  absl::StrAppend(&cabinet, U32(blocks_at), U16(block_count), U16(0));  // no compression
  return cabinet + entries + blocks;
}

std::string MsuName(const MsuSpec& spec) { return Stem(spec) + ".msu"; }

std::string MakeMsu(const MsuSpec& spec) {
  Members members;
  if (spec.fault != Fault::kNoScan) {
    members.emplace_back("WSUSSCAN.cab", MakeCabinet({{"package.cab", "applicability"}}));
  }
  const int cabs = spec.fault == Fault::kNoInnerCabinet      ? 0
                   : spec.fault == Fault::kManyInnerCabinets ? 33
                                                             : 1;
  for (int i = 0; i < cabs; ++i) members.emplace_back(Stem(spec) + ".cab", InnerCabinet(spec));
  members.emplace_back(Stem(spec) + ".xml", "<unattend/>");
  const int properties = spec.fault == Fault::kNoProperties    ? 0
                         : spec.fault == Fault::kTwoProperties ? 2
                                                               : 1;
  for (int i = 0; i < properties; ++i) {
    members.emplace_back(Stem(spec) + "-pkgProperties.txt", Properties(spec));
  }
  std::string msu = MakeCabinet(members, spec.fault == Fault::kBadChecksum ? kFalseChecksum : 0);
  if (spec.fault == Fault::kHugeInnerCabinet) Claim(msu, Stem(spec) + ".cab", (1u << 30) + 1);
  return msu;
}

}  // namespace muster::testdata
