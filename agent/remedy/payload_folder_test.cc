#include "agent/remedy/payload_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"

namespace muster::remedy {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class PayloadFolderTest : public ::testing::Test {
 protected:
  PayloadFolderTest() {
    std::string pattern = (fs::temp_directory_path() / "muster_payload_").string() +
                          ::testing::UnitTest::GetInstance()->current_test_info()->name();
    root_ = pattern;
    fs::remove_all(root_);
    fs::create_directories(root_ / "share");
    for (int i = 0; i < 1'000'000; ++i) content_.push_back(static_cast<char>(i * 31 + i / 977));
    payload_.set_sha256(Sha256(content_).ToBytes());
    payload_.set_size(content_.size());
    payload_.set_file_name("Windows6.1-KB2749655-x64.msu");
  }
  ~PayloadFolderTest() override { fs::remove_all(root_); }

  // A distribution point: what it has by address, and how much of it before it breaks off.
  class FakeDownloader : public host::Downloader {
   public:
    absl::Status Get(const std::string& url, uint64_t offset, uint64_t size,
                     const Take& take) override {
      asked.push_back(absl::StrCat(url, "@", offset));
      const auto file = files.find(url);
      if (file == files.end()) return absl::NotFoundError(url);
      if (file->second.size() != size) return absl::FailedPreconditionError(url);
      const absl::string_view data = absl::string_view(file->second).substr(offset, breaks_after);
      if (auto taken = take(data); !taken.ok()) return taken;
      return offset + data.size() < size ? absl::UnavailableError(url) : absl::OkStatus();
    }

    std::map<std::string, std::string> files;
    size_t breaks_after = absl::string_view::npos;
    std::vector<std::string> asked;
  };

  PayloadFolder Folder() {
    return PayloadFolder(
        root_ / "payloads",
        [this](const std::string& digest, uint64_t offset,
               const std::function<absl::Status(absl::string_view)>& take) {
          EXPECT_EQ(digest, payload_.sha256());
          offsets_.push_back(offset);
          uint64_t sent = 0;
          for (uint64_t at = offset; at < served_.size(); at += 65'536) {
            if (sent >= breaks_after_) return absl::UnavailableError("cut off");
            const absl::string_view piece = absl::string_view(served_).substr(at, 65'536);
            if (auto taken = take(piece); !taken.ok()) return taken;
            sent += piece.size();
          }
          return absl::OkStatus();
        },
        &point_);
  }

  fs::path root_;
  std::string content_, served_;
  v1::Payload payload_;
  std::vector<uint64_t> offsets_;
  FakeDownloader point_;
  uint64_t breaks_after_ = UINT64_MAX;
};

TEST_F(PayloadFolderTest, GoesOnWhereItWasCutOff) {
  served_ = content_;
  breaks_after_ = 300'000;
  EXPECT_TRUE(absl::IsUnavailable(Folder().Fetch(payload_, {}, "o1").status()));
  breaks_after_ = UINT64_MAX;
  auto file = Folder().Fetch(payload_, {}, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*ReadSmallFile(*file), content_);
  ASSERT_EQ(offsets_.size(), 2u);
  EXPECT_GE(offsets_[1], 300'000u);
  // Once it is there, nobody is asked.
  EXPECT_TRUE(Folder().Fetch(payload_, {}, "o1").ok());
  EXPECT_EQ(offsets_.size(), 2u);
}

TEST_F(PayloadFolderTest, OtherBytesAreNotUsed) {
  served_ = content_;
  served_[500'000] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(Folder().Fetch(payload_, {}, "o1").status()));
  served_ = content_ + "more";
  EXPECT_TRUE(absl::IsDataLoss(Folder().Fetch(payload_, {}, "o1").status()));
  served_ = content_;  // and nothing of it is left
  EXPECT_TRUE(Folder().Fetch(payload_, {}, "o1").ok());
}

TEST_F(PayloadFolderTest, TakesAShareThatHasItAndNotOneThatHasSomethingElse) {
  std::ofstream(root_ / "share" / payload_.file_name(), std::ios::binary) << content_;
  fs::create_directories(root_ / "bad");
  std::ofstream(root_ / "bad" / payload_.file_name(), std::ios::binary) << "something else";
  const std::vector<std::string> sources = {(root_ / "nowhere").string(), (root_ / "bad").string(),
                                            (root_ / "share").string()};
  auto file = Folder().Fetch(payload_, sources, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(offsets_.empty());
  EXPECT_EQ(*ReadSmallFile(*file), content_);
}

TEST_F(PayloadFolderTest, TakesADistributionPointBeforeTheServer) {
  served_ = content_;
  point_.files["http://b/u/Windows6.1-KB2749655-x64.msu"] = content_;
  auto file = Folder().Fetch(payload_, {"https://a", "http://b/u/"}, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*ReadSmallFile(*file), content_);
  EXPECT_THAT(point_.asked, ElementsAre("https://a/Windows6.1-KB2749655-x64.msu@0",
                                        "http://b/u/Windows6.1-KB2749655-x64.msu@0"));
  EXPECT_TRUE(offsets_.empty());
}

TEST_F(PayloadFolderTest, WrongBytesOfADistributionPointAreNeverUsed) {
  served_ = content_;
  std::string wrong = content_;
  wrong[10] ^= 1;
  point_.files["http://a/Windows6.1-KB2749655-x64.msu"] = wrong;
  point_.files["http://b/Windows6.1-KB2749655-x64.msu"] = content_ + "more";
  auto file = Folder().Fetch(payload_, {"http://a", "http://b"}, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*ReadSmallFile(*file), content_);
  EXPECT_THAT(offsets_, ElementsAre(0u));  // the server, in the end, for all of it
}

TEST_F(PayloadFolderTest, GoesOnElsewhereWhereADistributionPointBreaksOff) {
  served_ = content_;
  point_.files["http://a/Windows6.1-KB2749655-x64.msu"] = content_;
  point_.breaks_after = 400'000;
  auto file = Folder().Fetch(payload_, {"http://a"}, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*ReadSmallFile(*file), content_);
  EXPECT_THAT(offsets_, ElementsAre(400'000u));
}

TEST_F(PayloadFolderTest, AWrongBeginningFromOneDoesNotSpoilWhatAnotherHas) {
  served_ = content_;
  std::string wrong = content_;
  wrong[10] ^= 1;
  point_.files["http://a/Windows6.1-KB2749655-x64.msu"] = wrong;
  point_.breaks_after = 400'000;
  auto file = Folder().Fetch(payload_, {"http://a"}, "o1");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*ReadSmallFile(*file), content_);
  EXPECT_THAT(offsets_, ElementsAre(400'000u, 0u));
}

TEST_F(PayloadFolderTest, AnAgentWithoutHttpAsksTheServer) {
  PayloadFolder folder(
      root_ / "payloads",
      [this](const std::string&, uint64_t, const Take& take) { return take(content_); }, nullptr);
  EXPECT_TRUE(folder.Fetch(payload_, {"http://a"}, "o1").ok());
}

TEST_F(PayloadFolderTest, DiscardLeavesNothing) {
  served_ = content_;
  ASSERT_TRUE(Folder().Fetch(payload_, {}, "o1").ok());
  breaks_after_ = 1;
  v1::Payload other = payload_;
  other.set_file_name("b.msu");
  ASSERT_FALSE(Folder().Fetch(other, {}, "o2").ok());
  Folder().Discard("o1");
  Folder().Discard("o2");
  EXPECT_TRUE(fs::is_empty(root_ / "payloads"));
}

TEST_F(PayloadFolderTest, DiscardLeavesOtherOrdersWhatTheyHave) {
  served_ = content_;
  breaks_after_ = 300'000;
  ASSERT_FALSE(Folder().Fetch(payload_, {}, "o1").ok());
  ASSERT_FALSE(Folder().Fetch(payload_, {}, "o2").ok());
  Folder().Discard("o2");
  breaks_after_ = UINT64_MAX;
  EXPECT_TRUE(Folder().Fetch(payload_, {}, "o1").ok());
  ASSERT_EQ(offsets_.size(), 3u);
  EXPECT_GE(offsets_[2], 300'000u);
}

}  // namespace
}  // namespace muster::remedy
