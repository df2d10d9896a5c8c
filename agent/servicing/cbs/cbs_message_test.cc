// What single messages say, and the signatures made of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/cbs/message_parts.h"

namespace muster::servicing {
namespace {

constexpr char kIdentity[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";

CbsRecord Record(absl::string_view message, absl::string_view severity = "Info") {
  CbsRecord record;
  record.severity = severity;
  record.component = "CBS";
  record.message = message;
  return record;
}

std::string TemplateOf(absl::string_view message) { return MakeSignature(Record(message)).message; }

TEST(CbsMessageTest, ReadsTheHresultInEverySpelling) {
  auto fields =
      ParseCbsMessage("Failed to create package. [HRESULT = 0x800b0101 - CERT_E_EXPIRED]");
  EXPECT_EQ(fields.hresult, 0x800B0101u);
  EXPECT_EQ(fields.hresult_name, "CERT_E_EXPIRED");
  fields = ParseCbsMessage("Failed. [HRESULT = 0x800f0805]");
  EXPECT_EQ(fields.hresult, 0x800F0805u);
  EXPECT_EQ(fields.hresult_name, "");
  fields = ParseCbsMessage("Failed. [HRESULT = 0x80f0f0f0 - Unknown Error]");
  EXPECT_EQ(fields.hresult_name, "Unknown Error");
  fields = ParseCbsMessage("Session finalized. [HRESULT = 0x00000000 - S_OK]");
  EXPECT_EQ(fields.hresult, 0u);
  fields = ParseCbsMessage("Doqe: hrStatus: 0x800f0820 [CBS_E_CANCEL]");
  EXPECT_EQ(fields.hresult, 0x800F0820u);
  EXPECT_EQ(fields.hresult_name, "CBS_E_CANCEL");
  EXPECT_EQ(ParseCbsMessage("Operation result: 0x800f0820").hresult, 0x800F0820u);
}

TEST(CbsMessageTest, OtherHexNumbersAreNoHresult) {
  for (const char* message :
       {"result 0x00000000, handle @0x214", "flags: 0x2", "0x800b0101", "[HRESULT = 0x800b01]",
        "[HRESULT = 0xzzzzzzzz - X]", "x", "0x", ""}) {
    EXPECT_FALSE(ParseCbsMessage(message).hresult.has_value()) << message;
  }
}

TEST(CbsMessageTest, AFailureWinsOverSuccess) {
  const auto fields = ParseCbsMessage(
      "Done [HRESULT = 0x00000000 - S_OK]\nbut [HRESULT = 0x80073712 - ERROR_SXS_X]");
  EXPECT_EQ(fields.hresult, 0x80073712u);
}

TEST(CbsMessageTest, FindsPathAndPackage) {
  const std::string message = absl::StrCat(
      "Failed to initialize package: ", kIdentity, ", from path: \\\\?\\C:\\WINDOWS\\Servicing\\",
      "Packages\\", kIdentity, ".mum, existing package: 1 [HRESULT = 0x800b0101 - X]");
  const auto fields = ParseCbsMessage(message);
  EXPECT_EQ(fields.package, kIdentity);
  EXPECT_EQ(fields.file, absl::StrCat("C:\\WINDOWS\\Servicing\\Packages\\", kIdentity, ".mum"));
}

TEST(CbsMessageTest, ThePathGivesThePackage) {
  const std::string message =
      absl::StrCat("catalog file d:\\windows\\Servicing\\Packages\\", kIdentity, ".cat is valid.");
  const auto fields = ParseCbsMessage(message);
  EXPECT_EQ(fields.package, kIdentity);
}

TEST(CbsMessageTest, FindsPathsInEveryForm) {
  const auto path = [](absl::string_view message) {
    return std::string(ParseCbsMessage(message).file);
  };
  EXPECT_EQ(path("file [C:/WINDOWS/x/a.cat]\\\\?\\C:\\WINDOWS\\x\\a.cat is valid."),
            "C:\\WINDOWS\\x\\a.cat");
  EXPECT_EQ(path("content - 'C:\\WINDOWS\\Temp Files\\x' gone"), "C:\\WINDOWS\\Temp Files\\x");
  EXPECT_EQ(path("with Core: C:\\Windows\\winsxs\\amd64_x\\cbscore.dll"),
            "C:\\Windows\\winsxs\\amd64_x\\cbscore.dll");
  EXPECT_EQ(path("from C:\\Program Files\\x\\a.cab."), "C:\\Program Files\\x\\a.cab");
  EXPECT_EQ(path("from C:\\a.cab to D:\\b.cab"), "C:\\a.cab");
  EXPECT_EQ(path("no path here: a/b, 12:30:00"), "");
}

TEST(CbsMessageTest, FilesAreRelativeToTheWindowsDirectory) {
  EXPECT_EQ(RelativeToWindows("C:\\WINDOWS\\Servicing\\Packages\\X.cat"),
            "Servicing/Packages/X.cat");
  EXPECT_EQ(RelativeToWindows("\\\\?\\D:\\Windows\\winsxs\\X"), "winsxs/X");
  EXPECT_EQ(RelativeToWindows("C:/WINDOWS/x"), "x");
  EXPECT_EQ(RelativeToWindows("E:\\sources\\X.cab"), "E:/sources/X.cab");
  EXPECT_EQ(RelativeToWindows(""), "");
}

TEST(CbsMessageTest, EverydayNoiseIsNothingWrong) {
  for (const char* message :
       {"Failed to internally open package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]",
        "Expecting attribute name [HRESULT = 0x800f080d - CBS_E_MANIFEST_INVALID_ITEM]",
        "SQM: Failed to start standard sample upload. [HRESULT = 0x80004005 - E_FAIL]",
        "Session: 1_2 finalized. [HRESULT = 0x00000000 - S_OK]",
        "Failed to find it [HRESULT = 0x80070002 - ERROR_FILE_NOT_FOUND]",
        "Failed to do something harmless"}) {
    EXPECT_FALSE(SaysSomethingWentWrong(Record(message))) << message;
  }
}

TEST(CbsMessageTest, TheSameCodeElsewhereIsNoNoise) {
  for (const char* message :
       {"Failed to internally open package. [HRESULT = 0x800b0101 - CERT_E_EXPIRED]",
        "Failed to stage package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]",
        "Failed to commit. [HRESULT = 0x80004005 - E_FAIL]",
        "Failed to verify if catalog file x is valid. [HRESULT = 0x80070002 - "
        "ERROR_FILE_NOT_FOUND]"}) {
    EXPECT_TRUE(SaysSomethingWentWrong(Record(message))) << message;
  }
  EXPECT_TRUE(SaysSomethingWentWrong(Record("no code at all", "Error")));
  EXPECT_TRUE(SaysSomethingWentWrong(Record("no code at all", "Warning")));
}

TEST(CbsSignatureTest, TheSameThingElsewhereHasTheSameSignature) {
  const struct {
    const char* here;
    const char* there;
  } kPairs[] = {
      {"Session: 30546173_4261722401 initialized by client WindowsUpdateAgent.",
       "Session: 30307881_965955247 initialized by client WindowsUpdateAgent."},
      {"00000040@2016/9/27:20:30:31.455 CSI Transaction @0x268ee0 destroyed",
       "0000000a@2011/3/9:08:37:36.532 CSI Transaction @0x7fed806eb5d destroyed"},
      {"0000000a Performing 1 operations; 1 are not lock/unlock and follow:\n Scavenge (8)",
       "00000123 Performing 12 operations; 12 are not lock/unlock and follow:\n Scavenge (9)"},
      {"Repaired [l:18{9}]\"x.dll\" of {d16d444c-56d8-11d5-882d-0080c847b195}",
       "Repaired [l:24{12}]\"x.dll\" of {11111111-56d8-11d5-882d-0080c847bfff}"},
      {"Failed at \\\\?\\C:\\Windows\\a\\b.cat [HRESULT = 0x80070005 - E_ACCESSDENIED]",
       "Failed at \\\\?\\D:\\WINNT\\other.cat [HRESULT = 0x80070005 - E_ACCESSDENIED]"},
      {"Last boot time: 2026-05-22 20:08:27.500", "Last boot time: 2015-02-23 21:47:27.123"},
      {"Failed to resolve package 'A_1_for_KB1~31bf3856ad364e35~amd64~~6.3.1.4'",
       "Failed to resolve package 'B_for_KB22~31bf3856ad364e35~x86~de-DE~6.1.1.0'"},
      {"Hash b9eaae23db3447eb of component", "Hash 0b597007120f1506 of component"},
      {"NTSTATUS -1073283059 from call", "NTSTATUS -1073741772 from call"},
  };
  for (const auto& pair : kPairs) {
    EXPECT_EQ(TemplateOf(pair.here), TemplateOf(pair.there));
    EXPECT_NE(TemplateOf(pair.here), "");
  }
}

TEST(CbsSignatureTest, TemplatesStayReadable) {
  EXPECT_EQ(TemplateOf("Session: 30546173_4261722401 initialized by client WindowsUpdateAgent."),
            "Session: <n> initialized by client WindowsUpdateAgent.");
  EXPECT_EQ(TemplateOf("00000040@2016/9/27:20:30:31.455 CSI Transaction @0x268ee0 destroyed"),
            "<n> CSI Transaction @<n> destroyed");
  EXPECT_EQ(TemplateOf("Failed to find file: C:\\Windows\\x.mum, flags: 0x2 "
                       "[HRESULT = 0x80070003 - ERROR_PATH_NOT_FOUND]"),
            "Failed to find file: <path>, flags: <n>");
}

TEST(CbsSignatureTest, DifferentThingsHaveDifferentSignatures) {
  const CbsSignature a = MakeSignature(Record("Failed [HRESULT = 0x80070005 - E_ACCESSDENIED]"));
  const CbsSignature b = MakeSignature(Record("Failed [HRESULT = 0x80070003 - X]"));
  EXPECT_FALSE(a == b);
}

// A session's folder is another one each time.
TEST(CbsSignatureTest, SessionsAreTakenOutOfTheFileToo) {
  const CbsSignature signature =
      MakeSignature(Record("at C:\\WINDOWS\\CbsTemp\\31255107_2100210117\\LocalFoDEnum\\x.mum"));
  EXPECT_EQ(signature.file, "CbsTemp/<n>/LocalFoDEnum/x.mum");
  const std::string hash(64, 'a');
  EXPECT_EQ(MakeSignature(Record("at C:\\Windows\\winsxs\\Catalogs\\1" + hash + ".cat")).file,
            "winsxs/Catalogs/1" + hash + ".cat");
}

TEST(CbsSignatureTest, TemplatesAreBounded) {
  EXPECT_LE(TemplateOf(std::string(1 << 20, 'x')).size(), 512u);
  EXPECT_LE(MakeSignature(Record("C:\\" + std::string(1 << 20, 'x'))).file.size(), 1024u);
}

}  // namespace
}  // namespace muster::servicing
