#include "agent/host/windows/machine_identity.h"

#include <gtest/gtest.h>

namespace muster::host {
namespace {

// A table with a BIOS structure, whose strings must be passed over, and a system structure.
std::string Table(const std::string& uuid) {
  std::string table("\0\2\7\0\0\0\0\0", 8);
  table += std::string("\0\x05\0\0\1Vendor\0\0", 13);
  table += std::string("\1\x1b\1\0\1\2\3\4", 8) + uuid + std::string("\6\5\6", 3);
  table += std::string("Maker\0Model\0\0", 13);
  return table;
}

std::string Uuid() {
  std::string bytes;
  for (int i = 0; i < 16; ++i) bytes += static_cast<char>(0xA0 + i);
  return bytes;
}

TEST(SmbiosUuid, IsWrittenAsWindowsWritesIt) {
  EXPECT_EQ(*SmbiosUuid(Table(Uuid())), "a3a2a1a0-a5a4-a7a6-a8a9-aaabacadaeaf");
}

TEST(SmbiosUuid, IsEmptyWhereTheMakerGaveNone) {
  EXPECT_EQ(*SmbiosUuid(Table(std::string(16, '\0'))), "");
  EXPECT_EQ(*SmbiosUuid(Table(std::string(16, '\xff'))), "");
}

TEST(SmbiosUuid, EveryCutOfATableIsAnErrorAndNoMore) {
  const std::string table = Table(Uuid());
  const size_t complete = table.find("Maker");
  for (size_t size = 0; size < complete; ++size) {
    EXPECT_FALSE(SmbiosUuid(absl::string_view(table).substr(0, size)).ok()) << size;
  }
  std::string shorter_than_its_header = table;
  shorter_than_its_header[table.find("\1\x1b") + 1] = 3;
  EXPECT_EQ(SmbiosUuid(shorter_than_its_header).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(SidText, WritesDomainSids) {
  const std::string sid("\1\4\0\0\0\0\0\5\x15\0\0\0\1\0\0\0\2\0\0\0\xff\xff\xff\xff", 24);
  EXPECT_EQ(*SidText(sid), "S-1-5-21-1-2-4294967295");
  EXPECT_FALSE(SidText(sid.substr(0, 23)).ok());
  EXPECT_FALSE(SidText("").ok());
}

TEST(ContainerOf, DropsTheComputersOwnName) {
  EXPECT_EQ(ContainerOf("CN=PC1,OU=Clients,DC=contoso,DC=org"), "OU=Clients,DC=contoso,DC=org");
  EXPECT_EQ(ContainerOf("CN=a\\,b,OU=c"), "OU=c");
  EXPECT_EQ(ContainerOf("CN=PC1"), "");
  EXPECT_EQ(ContainerOf(""), "");
  EXPECT_EQ(ContainerOf("CN=x\\"), "");
}

}  // namespace
}  // namespace muster::host
