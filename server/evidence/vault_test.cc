#include "server/evidence/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/time/clock.h"

namespace muster::evidence {
namespace {

using ::testing::HasSubstr;

class FakeStore : public Store {
 public:
  absl::StatusOr<bool> IsAskedFor(const Digest&, const std::string& campaign) override {
    return campaign == "asked";
  }
  absl::Status Put(const BundleRow& row,
                   const std::function<absl::StatusOr<std::string>()>& read) override {
    std::string all;
    for (;;) {
      auto piece = read();
      if (!piece.ok()) return piece.status();
      if (piece->empty()) break;
      all += *piece;
    }
    rows.push_back(row);
    bytes = all;
    return absl::OkStatus();
  }
  absl::StatusOr<v1::ListEvidenceBundlesResponse> List(
      const v1::ListEvidenceBundlesRequest&) override {
    return v1::ListEvidenceBundlesResponse();
  }
  absl::Status Read(const std::string&,
                    const std::function<absl::Status(absl::string_view)>&) override {
    return absl::OkStatus();
  }
  absl::Status Delete(const std::string&) override { return absl::OkStatus(); }
  absl::StatusOr<int64_t> DeleteOlderThan(absl::Time time) override {
    pruned = time;
    return 0;
  }

  std::vector<BundleRow> rows;
  std::string bytes;
  absl::Time pruned;
};

class VaultTest : public ::testing::Test {
 protected:
  ~VaultTest() override { std::filesystem::remove_all(folder_); }

  v1::EvidenceHeader Header(const std::string& content, const std::string& campaign = "asked") {
    v1::EvidenceHeader header;
    header.set_campaign("campaigns/" + campaign);
    header.set_size(content.size());
    header.set_sha256(Sha256(content).ToBytes());
    header.set_masked(true);
    return header;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const absl::Time now_ = absl::FromUnixSeconds(1'400'000'000);
  FakeStore store_;
  Vault vault_{
      store_, folder_, {.max_bytes = 100, .max_uploads = 2, .keep = absl::Hours(48)}, [this] {
        return now_;
      }};
  const Digest machine_ = Sha256("machine"), other_ = Sha256("other"), third_ = Sha256("third");
};

TEST_F(VaultTest, StoresWhatCameWhole) {
  auto upload = vault_.Begin(machine_, Header("evidence"));
  ASSERT_TRUE(upload.ok()) << upload.status();
  ASSERT_TRUE((*upload)->Append("evi").ok());
  ASSERT_TRUE((*upload)->Append("dence").ok());
  ASSERT_TRUE((*upload)->Finish().ok());
  ASSERT_EQ(store_.rows.size(), 1u);
  EXPECT_EQ(store_.bytes, "evidence");
  EXPECT_EQ(store_.rows[0].machine, machine_);
  EXPECT_EQ(store_.rows[0].campaign, "asked");
  EXPECT_EQ(store_.rows[0].created_at, now_);
  EXPECT_TRUE(store_.rows[0].masked);
}

TEST_F(VaultTest, WhatIsNotWholeOrNotItselfIsNotStored) {
  for (const std::string sent : {"evidenc", "evidencf"}) {
    auto upload = vault_.Begin(machine_, Header("evidence"));
    ASSERT_TRUE(upload.ok()) << upload.status();
    ASSERT_TRUE((*upload)->Append(sent).ok());
    EXPECT_TRUE(absl::IsDataLoss((*upload)->Finish()));
  }
  auto upload = vault_.Begin(machine_, Header("evidence"));
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_TRUE(absl::IsResourceExhausted((*upload)->Append("evidence and more")));
  EXPECT_TRUE(store_.rows.empty());
}

TEST_F(VaultTest, TakesNothingThatNoOrderAsksForAndNothingTooLarge) {
  EXPECT_TRUE(
      absl::IsFailedPrecondition(vault_.Begin(machine_, Header("evidence", "not-asked")).status()));
  const auto large = vault_.Begin(machine_, Header(std::string(101, 'x')));
  EXPECT_TRUE(absl::IsResourceExhausted(large.status()));
  v1::EvidenceHeader nameless = Header("evidence");
  nameless.set_campaign("asked");
  EXPECT_THAT(vault_.Begin(machine_, nameless).status().message(), HasSubstr("campaign"));
}

TEST_F(VaultTest, OneUploadAMachineAndAFewAtOnce) {
  auto first = vault_.Begin(machine_, Header("evidence"));
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(absl::IsUnavailable(vault_.Begin(machine_, Header("evidence")).status()));
  auto second = vault_.Begin(other_, Header("evidence"));
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(absl::IsUnavailable(vault_.Begin(third_, Header("evidence")).status()));
  first->reset();
  EXPECT_TRUE(vault_.Begin(third_, Header("evidence")).ok());
}

TEST_F(VaultTest, DropsWhatIsOlderThanItIsKept) {
  ASSERT_TRUE(vault_.Prune().ok());
  EXPECT_EQ(store_.pruned, now_ - absl::Hours(48));
}

}  // namespace
}  // namespace muster::evidence
