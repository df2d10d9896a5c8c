// A bundle gives what the installation gave: the same sets, the same records, the same errors.
#include "agent/bundle/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/bundle/capture.h"
#include "agent/collect/collect.h"
#include "agent/host/fake/fake_host.h"
#include "agent/host/fake/fake_system.h"
#include "agent/host/fake/recorded_answers.h"
#include "common/files.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/cbs_log_text.h"
#include "tests/testdata/package_files.h"

namespace muster::bundle {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCbsLog[] = "Windows/Logs/CBS/CBS.log";
constexpr char kCatalog[] =
    "Windows/servicing/Packages/Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat";

// A folder on disk as plain files: what the real hosts do with more care.
class FolderHost : public host::Host {
 public:
  explicit FolderHost(fs::path root) : root_(std::move(root)) {}
  absl::StatusOr<std::vector<host::Entry>> List(absl::string_view path) override {
    std::error_code error;
    std::vector<host::Entry> entries;
    for (const auto& entry : fs::directory_iterator(At(path), error)) {
      entries.push_back({entry.path().filename().string(), entry.is_directory()
                                                               ? host::EntryKind::kDirectory
                                                               : host::EntryKind::kFile});
    }
    if (error) return absl::NotFoundError(path);
    return entries;
  }
  absl::StatusOr<std::unique_ptr<host::FileReader>> Open(absl::string_view path) override {
    auto bytes = ReadSmallFile(At(path));
    if (!bytes.ok()) return bytes.status();
    memory_.Write(path, *bytes);
    return memory_.Open(path);
  }
  absl::StatusOr<host::FileInfo> Stat(absl::string_view path) override {
    std::error_code error;
    const auto status = fs::status(At(path), error);
    if (!fs::exists(status)) return absl::NotFoundError(path);
    if (fs::is_directory(status)) return host::FileInfo{host::EntryKind::kDirectory, 0};
    return host::FileInfo{host::EntryKind::kFile, fs::file_size(At(path))};
  }

 private:
  fs::path At(absl::string_view path) const { return root_ / std::string(path); }
  const fs::path root_;
  host::FakeHost memory_;
};

absl::StatusOr<std::unique_ptr<host::Host>> OpenFolder(const std::string& path) {
  return std::make_unique<FolderHost>(path);
}

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() : root_(fs::temp_directory_path() / ("muster_bundle_" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_);
    host_.MakeDirectory("Windows/servicing/Packages");
    testdata::CatalogSpec ended;
    ended.timestamp = testdata::CatalogSpec::Timestamp::kNone;
    host_.Write(kCatalog, testdata::MakeCatalog(testdata::Authority::OfProcess(), ended));
    testdata::PackageSpec package;
    package.name = "Package_for_KB2705219";
    package.kb = 2705219;
    package.version = "6.1.1.1";
    host_.Write(absl::StrReplaceAll(kCatalog, {{".cat", ".mum"}}), testdata::ManifestText(package));
    host_.Write(
        kCbsLog,
        "2013-07-01 09:04:27, Error                 CBS    Failed to verify if catalog file "
        "\\\\?\\C:\\WINDOWS\\Servicing\\Packages\\x.cat is valid. [HRESULT = 0x800b0101 - "
        "CERT_E_EXPIRED]\r\n"
        "2013-07-01 09:04:28, Info                  CBS    Failed to open "
        "C:\\Users\\anna\\x.msu [HRESULT = 0x80070002 - ERROR_FILE_NOT_FOUND]\r\n");
    system_.SetUpdateRows(host::BlindedUpdateRows());
    system_.SetWmiProbe(host::HealthyWmiProbe());
    system_.SetCbsPackages(host::HealthyCbsPackages());
    system_.SetUpdateHistory(host::RecordedUpdateHistory());
    system_.SetFacts(host::Windows7Facts());
    system_.AddSetupEvent(host::FailedInstallEvent("KB2705219", 0x800B0101, absl::UnixEpoch()));
  }
  ~BundleTest() override { fs::remove_all(root_); }

  v1::BundleManifest Take(const std::string& name, bool mask = true) {
    CaptureOptions options;
    options.mask = mask;
    options.max_log_bytes = max_log_bytes_;
    const auto manifest = Capture(host_, with_system_ ? &system_ : nullptr, root_ / name, options);
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.ok() ? *manifest : v1::BundleManifest();
  }
  absl::StatusOr<std::unique_ptr<Bundle>> Open(const std::string& name) {
    return Bundle::Open(root_ / name, OpenFolder);
  }
  // Everything that a scan rests on.
  static std::string Describe(const collect::Collection& collection) {
    std::string text;
    for (const auto& [kind, collected] : collection.sets) {
      absl::StrAppend(&text, kind, " ", collected.set->digest().ToHex(), " ",
                      collected.outcome.ShortDebugString(), "\n");
    }
    for (const v1::Incident& incident : collection.incidents) {
      absl::StrAppend(&text, incident.ShortDebugString(), "\n");
    }
    return absl::StrCat(text, collection.incidents_outcome.ShortDebugString(), "\n",
                        collection.attributes.ShortDebugString());
  }
  std::string OfSource() {
    return Describe(collect::Collect(host_, with_system_ ? &system_ : nullptr, nullptr));
  }
  std::string OfBundle(const std::string& name) {
    const auto bundle = Open(name);
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    if (!bundle.ok()) return "";
    return Describe(collect::Collect((*bundle)->host(), (*bundle)->system(), nullptr));
  }

  const fs::path root_;
  host::FakeHost host_;
  host::FakeSystem system_;
  bool with_system_ = true;
  uint64_t max_log_bytes_ = 1024 * 1024;
};

TEST_F(BundleTest, GivesWhatTheSystemGave) {
  Take("folder", /*mask=*/false);
  Take("archive.zip", /*mask=*/false);
  EXPECT_EQ(OfBundle("folder"), OfSource());
  EXPECT_EQ(OfBundle("archive.zip"), OfSource());
}

TEST_F(BundleTest, GivesWhatAVolumeGave) {
  with_system_ = false;
  Take("folder");
  EXPECT_EQ(OfBundle("folder"), OfSource());
}

TEST_F(BundleTest, MaskingChangesNoFindingButTheNames) {
  Take("masked");
  const std::string log = *ReadSmallFile(root_ / "masked/files" / kCbsLog);
  EXPECT_THAT(log, HasSubstr("C:\\Users\\user-1\\x.msu"));
  EXPECT_THAT(log, Not(HasSubstr("anna")));
  EXPECT_THAT(*ReadSmallFile(root_ / "masked" / kAnswersPath), Not(HasSubstr("admin")));
  EXPECT_EQ(OfBundle("masked"), absl::StrReplaceAll(OfSource(), {{"anna", "user-1"}}));
}

TEST_F(BundleTest, MasksLogsInUtf16) {
  std::string wide = "\xff\xfe";
  for (const char c :
       std::string("2013-07-01 09:04:28, Info                  CBS    Failed C:\\Users"
                   "\\anna\\x.msu [HRESULT = 0x80070002]\r\n")) {
    wide += {c, '\0'};
  }
  host_.Write(kCbsLog, wide);
  Take("masked");
  const std::string log = *ReadSmallFile(root_ / "masked/files" / kCbsLog);
  EXPECT_THAT(log, HasSubstr("C:\\Users\\user-1\\x.msu"));
}

TEST_F(BundleTest, WhatCouldNotBeReadIsToldAndAnswersSo) {
  host_.Fail(kCatalog, absl::PermissionDeniedError("refused"));
  const v1::BundleManifest manifest = Take("folder", /*mask=*/false);
  ASSERT_EQ(manifest.unread_size(), 1);
  EXPECT_EQ(manifest.unread(0).path(), kCatalog);
  const auto bundle = Open("folder");
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_TRUE(absl::IsPermissionDenied((*bundle)->host().Open(kCatalog).status()));
  EXPECT_EQ(OfBundle("folder"), OfSource());
}

TEST_F(BundleTest, OfALongLogTheNewestPartIsTaken) {
  host_.Write(kCbsLog, std::string(5000, 'a') + "\nend\n");
  max_log_bytes_ = 1000;
  const v1::BundleManifest manifest = Take("folder");
  const std::string log = *ReadSmallFile(root_ / "folder/files" / kCbsLog);
  // It begins with a whole line.
  EXPECT_EQ(log, "end\n");
  uint64_t left_out = 0;
  for (const auto& file : manifest.files()) left_out += file.left_out();
  EXPECT_EQ(left_out, 4005u);
}

TEST_F(BundleTest, NeverWritesOverWhatIsThere) {
  Take("folder");
  const auto again = Capture(host_, nullptr, root_ / "folder", {});
  EXPECT_TRUE(absl::IsAlreadyExists(again.status()));
}

TEST_F(BundleTest, AChangedFileIsNamed) {
  Take("folder");
  std::ofstream(root_ / "folder/files" / kCbsLog, std::ios::app) << "one more line\n";
  const auto bundle = Open("folder");
  EXPECT_TRUE(absl::IsInvalidArgument(bundle.status()));
  EXPECT_THAT(std::string(bundle.status().message()), HasSubstr("CBS.log is not what"));
}

TEST_F(BundleTest, AFileThatTheManifestDoesNotListIsNotThere) {
  Take("folder", /*mask=*/false);
  const std::string before = OfBundle("folder");
  fs::copy(root_ / "folder/files" / kCatalog,
           root_ / "folder/files/Windows/servicing/Packages/planted.cat");
  EXPECT_EQ(OfBundle("folder"), before);
}

TEST_F(BundleTest, WhatLiesBesideIsLeftAlone) {
  fs::create_directories(root_ / "folder.partial");
  std::ofstream(root_ / "folder.partial/mine") << "x";
  Take("folder");
  EXPECT_TRUE(fs::exists(root_ / "folder.partial/mine"));
  Take("other/");
  EXPECT_TRUE(fs::exists(root_ / "other/manifest.json"));
}

TEST_F(BundleTest, TheTailOfALongLogInUtf16IsMasked) {
  std::string wide = "\xff\xfe";
  for (int i = 0; i < 200; ++i) {
    for (const char c :
         std::string("2013-07-01 09:04:28, Info  CBS    C:\\Users\\anna\\x.msu\r\n")) {
      wide += {c, '\0'};
    }
  }
  host_.Write(kCbsLog, wide);
  max_log_bytes_ = 3001;
  Take("masked");
  const std::string log = *ReadSmallFile(root_ / "masked/files" / kCbsLog);
  EXPECT_THAT(log, HasSubstr("C:\\Users\\user-1\\x.msu"));
  EXPECT_THAT(log, Not(HasSubstr(std::string("a\0n\0n", 5))));
  EXPECT_THAT(log, Not(HasSubstr("anna")));
}

TEST_F(BundleTest, AMissingFileIsNamed) {
  Take("folder");
  fs::remove(root_ / "folder/files" / kCatalog);
  EXPECT_THAT(std::string(Open("folder").status().message()), HasSubstr(".cat"));
}

TEST_F(BundleTest, WhatIsNoBundleIsToldSo) {
  fs::create_directories(root_ / "other");
  EXPECT_THAT(std::string(Open("other").status().message()), HasSubstr("no bundle"));
  std::ofstream(root_ / "other/manifest.json") << "{}";
  EXPECT_THAT(std::string(Open("other").status().message()), HasSubstr("no bundle"));
  std::ofstream(root_ / "other/manifest.json") << "{";
  EXPECT_THAT(std::string(Open("other").status().message()), HasSubstr("damaged"));
  EXPECT_TRUE(absl::IsNotFound(Open("nowhere").status()));
}

TEST_F(BundleTest, ALaterFormatIsRefusedInWords) {
  Take("folder");
  std::string manifest = *ReadSmallFile(root_ / "folder/manifest.json");
  manifest = absl::StrReplaceAll(manifest, {{"\"format\": 1", "\"format\": 2"}});
  ASSERT_TRUE(ReplaceFileContent(root_ / "folder/manifest.json", manifest, FileMode::kShared).ok());
  const auto bundle = Open("folder");
  EXPECT_TRUE(absl::IsFailedPrecondition(bundle.status()));
  EXPECT_THAT(std::string(bundle.status().message()), HasSubstr("use a later one"));
}

}  // namespace
}  // namespace muster::bundle
