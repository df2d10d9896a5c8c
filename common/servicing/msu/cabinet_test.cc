#include "common/servicing/msu/cabinet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testdata/msu_maker.h"

namespace muster::servicing {
namespace {

using testdata::MakeCabinet;
using testing::HasSubstr;

ByteFile FileOf(const std::string& bytes) {
  auto file = ByteFile::MakeTemporary(testing::TempDir());
  EXPECT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->Append(bytes));
  return std::move(*file);
}

TEST(Cabinet, GivesItsMembers) {
  const std::string large(100'000, 'l');  // four blocks
  const ByteFile file = FileOf(MakeCabinet({{"a", "first"}, {"b", large}, {"c", ""}, {"d", "d"}}));
  DecompressionBudget budget{1'000'000};
  const auto cabinet = Cabinet::Open(file, budget);
  ASSERT_TRUE(cabinet.ok()) << cabinet.status();
  ASSERT_EQ((*cabinet)->members().size(), 4u);
  EXPECT_EQ((*cabinet)->members()[1].name, "b");
  EXPECT_EQ((*cabinet)->members()[1].size, large.size());
  EXPECT_EQ((*cabinet)->Read(3, 100).value(), "d");
  EXPECT_EQ((*cabinet)->Read(0, 100).value(), "first");
  EXPECT_EQ((*cabinet)->Read(2, 0).value(), "");
  EXPECT_EQ((*cabinet)->Read(1, large.size()).value(), large);
  EXPECT_TRUE(absl::IsResourceExhausted((*cabinet)->Read(1, large.size() - 1).status()));
  ByteFile copy = FileOf("before ");
  EXPECT_TRUE((*cabinet)->Extract(0, 100, copy).ok());
  EXPECT_EQ(copy.ReadAt(0, 100), "before first");
}

TEST(Cabinet, DecompressesNoMoreThanTheBudget) {
  const std::string bytes(1000, 'x');
  const ByteFile file = FileOf(MakeCabinet({{"a", bytes}, {"b", bytes}, {"c", bytes}}));
  DecompressionBudget budget{5000};
  const auto cabinet = Cabinet::Open(file, budget);
  ASSERT_TRUE(cabinet.ok()) << cabinet.status();
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE((*cabinet)->Read(i, 1000).ok());
  EXPECT_EQ(budget.bytes_left, 2000u);  // onwards, nothing is decompressed twice
  EXPECT_TRUE((*cabinet)->Read(1, 1000).ok());
  EXPECT_EQ(budget.bytes_left, 0u);  // back, everything before it is
  EXPECT_TRUE(absl::IsResourceExhausted((*cabinet)->Read(2, 1000).status()));
}

TEST(Cabinet, MissingEndOfItsSignatureIsTold) {
  // The reserve that Authenticode leaves in the header, by hand: a folder at 64, one file.
  const std::string plain = MakeCabinet({{"a", "bytes"}});
  std::string bytes = plain.substr(0, 36) + std::string("\x14\0\0\0\0\0\x10\0", 8) +
                      std::string(16, '\0') + plain.substr(36);
  const auto put = [&bytes](size_t at, size_t value) { bytes[at] = static_cast<char>(value); };
  put(8, bytes.size());     // cbCabinet
  put(16, 36 + 24 + 8);     // coffFiles
  put(30, 4);               // flags: the reserve follows
  put(60, plain[36] + 24);  // coffCabStart
  put(44, bytes.size());    // where the signature begins
  put(48, 10);              // its length
  DecompressionBudget budget{1000};
  const ByteFile cut = FileOf(bytes + "signature");
  const auto refused = Cabinet::Open(cut, budget);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("it is truncated"));
  const ByteFile whole = FileOf(bytes + "signature.");
  const auto cabinet = Cabinet::Open(whole, budget);
  ASSERT_TRUE(cabinet.ok()) << cabinet.status();
  EXPECT_EQ((*cabinet)->Read(0, 100).value(), "bytes");
}

}  // namespace
}  // namespace muster::servicing
