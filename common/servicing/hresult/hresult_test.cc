#include "common/servicing/hresult/hresult.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/servicing/hresult/hresult_table.h"

namespace muster::servicing {
namespace {

using testing::HasSubstr;

TEST(HresultTest, ReadsEverySpellingOfOneCode) {
  for (const char* spelling : {"0x800B0101", "0X800b0101", "800b0101", "2148204801", "-2146762495",
                               "CERT_E_EXPIRED", "cert_e_expired", "  0x800B0101\n"}) {
    const auto code = ParseHresult(spelling);
    ASSERT_TRUE(code.ok()) << spelling << ": " << code.status();
    EXPECT_EQ(*code, kCertEExpired) << spelling;
  }
}

TEST(HresultTest, EightDigitsAreHexWhereTheyStartWithEightOrZero) {
  EXPECT_EQ(*ParseHresult("80070005"), 0x80070005u);
  EXPECT_EQ(*ParseHresult("00240006"), 0x00240006u);
  EXPECT_EQ(*ParseHresult("c0000135"), 0xC0000135u);
  EXPECT_EQ(*ParseHresult("10000000"), 10000000u);
}

TEST(HresultTest, ReadsExitCodesOfTheInstaller) {
  EXPECT_EQ(HresultName(*ParseHresult("2359302")), "WU_S_ALREADY_INSTALLED");
  EXPECT_EQ(HresultName(*ParseHresult("2359301")), "WU_S_REBOOT_REQUIRED");
  EXPECT_EQ(HresultName(*ParseHresult("3010")), "ERROR_SUCCESS_REBOOT_REQUIRED");
  EXPECT_EQ(HresultName(*ParseHresult("-2145124329")), "WU_E_NOT_APPLICABLE");
  EXPECT_EQ(HresultName(*ParseHresult("0")), "S_OK");
}

TEST(HresultTest, SaysWhatItTakesWhereItCannotRead) {
  for (const char* spelling : {"", " ", "0x", "0x800B01011", "0xZZ", "NO_SUCH_SYMBOL", "4294967296",
                               "-2147483649", "0x 1", "80 07", "1.5", "0x-1", "0x+1"}) {
    const auto code = ParseHresult(spelling);
    EXPECT_EQ(code.status().code(), absl::StatusCode::kInvalidArgument) << spelling;
    EXPECT_THAT(code.status().message(), HasSubstr("0x800B0101")) << spelling;
  }
}

TEST(HresultTest, ALongOrBinarySpellingStaysOutOfTheMessage) {
  const auto code = ParseHresult(std::string(100000, '\x01'));
  EXPECT_LT(code.status().message().size(), 1000u);
}

TEST(HresultTest, KnowsTheSymbolsOfTheIncident) {
  struct Expected {
    uint32_t code;
    const char* name;
  };
  for (const Expected& e :
       std::initializer_list<Expected>{{0x800B0100, "TRUST_E_NOSIGNATURE"},
                                       {0x800B0109, "CERT_E_UNTRUSTEDROOT"},
                                       {0x800B010A, "CERT_E_CHAINING"},
                                       {0x800B0110, "CERT_E_WRONG_USAGE"},
                                       {0x80096001, "TRUST_E_SYSTEM_ERROR"},
                                       {0x80096004, "TRUST_E_CERT_SIGNATURE"},
                                       {0x80096005, "TRUST_E_TIME_STAMP"},
                                       {0x80092003, "CRYPT_E_FILE_ERROR"},
                                       {0x80092004, "CRYPT_E_NOT_FOUND"},
                                       {0x8007000D, "ERROR_INVALID_DATA"},
                                       {0x800F0805, "CBS_E_INVALID_PACKAGE"},
                                       {0x800F080D, "CBS_E_MANIFEST_INVALID_ITEM"},
                                       {0x800F0818, "CBS_E_IDENTITY_MISMATCH"},
                                       {0x800F081E, "CBS_E_NOT_APPLICABLE"},
                                       {0x800F081F, "CBS_E_SOURCE_MISSING"},
                                       {0x800F0820, "CBS_E_CANCEL"},
                                       {0x800F0831, "CBS_E_STORE_CORRUPTION"},
                                       {0x800F0900, "CBS_E_XML_PARSER_FAILURE"},
                                       {0x80073701, "ERROR_SXS_ASSEMBLY_MISSING"},
                                       {0x80073712, "ERROR_SXS_COMPONENT_STORE_CORRUPT"},
                                       {0x8007371B, "ERROR_SXS_TRANSACTION_CLOSURE_INCOMPLETE"},
                                       {0x800736CC, "ERROR_SXS_FILE_HASH_MISMATCH"},
                                       {0x8007370A, "ERROR_SXS_INVALID_IDENTITY_ATTRIBUTE_VALUE"},
                                       {0x8007370B, "ERROR_SXS_INVALID_IDENTITY_ATTRIBUTE_NAME"},
                                       {0x8007370D, "ERROR_SXS_IDENTITY_PARSE_ERROR"},
                                       {0x80070246, "ERROR_ILLEGAL_CHARACTER"},
                                       {0x800705B9, "ERROR_XML_PARSE_ERROR"},
                                       {0x80070422, "ERROR_SERVICE_DISABLED"},
                                       {0x80070490, "ERROR_NOT_FOUND"},
                                       {0x80070BC9, "ERROR_FAIL_REBOOT_REQUIRED"},
                                       {0x80041001, "WBEM_E_FAILED"},
                                       {0x80041004, "WBEM_E_PROVIDER_FAILURE"},
                                       {0x80240016, "WU_E_INSTALL_NOT_ALLOWED"},
                                       {0x80248015, "WU_E_DS_SERVICEEXPIRED"}}) {
    EXPECT_EQ(HresultName(e.code), e.name);
    ASSERT_NE(FindHresultByName(e.name), nullptr) << e.name;
    EXPECT_EQ(FindHresultByName(e.name)->code, e.code) << e.name;
  }
}

TEST(HresultTest, ExplainsTheExpiredCatalog) {
  const HresultInfo* info = FindHresult(2148204801u);
  ASSERT_NE(info, nullptr);
  EXPECT_THAT(std::string(info->meaning), HasSubstr("timestamp"));
  EXPECT_THAT(std::string(info->meaning), HasSubstr("list of updates"));
}

// An exit code and the HRESULT that wraps it have one symbol: the HRESULT is meant.
TEST(HresultTest, ASharedSymbolMeansTheHresult) {
  EXPECT_EQ(*ParseHresult("ERROR_FILE_NOT_FOUND"), 0x80070002u);
}

TEST(HresultTest, AnUnknownCodeHasNoName) {
  EXPECT_EQ(FindHresult(0x12345678), nullptr);
  EXPECT_EQ(HresultName(0x12345678), "");
  EXPECT_EQ(FindHresultByName(""), nullptr);
  EXPECT_EQ(FormatHresult(0x1F), "0x0000001F");
}

TEST(HresultTest, EveryRowCanBeFoundAndSaysSomething) {
  std::set<uint32_t> codes;
  for (const auto part : {TrustHresults(), ServicingHresults(), SystemHresults()}) {
    for (const HresultInfo& info : part) {
      EXPECT_TRUE(codes.insert(info.code).second) << FormatHresult(info.code) << " is there twice";
      EXPECT_EQ(FindHresult(info.code), &info) << FormatHresult(info.code) << " is out of order";
      EXPECT_GT(info.meaning.size(), 20u) << info.name;
      EXPECT_EQ(info.meaning.back(), '.') << info.name;
      EXPECT_EQ(*ParseHresult(FormatHresult(info.code)), info.code);
      EXPECT_EQ(*ParseHresult(absl::StrCat(info.code)), info.code);
      EXPECT_EQ(*ParseHresult(absl::StrCat(static_cast<int32_t>(info.code))), info.code);
    }
  }
  EXPECT_GE(codes.size(), 150u);
}

}  // namespace
}  // namespace muster::servicing
