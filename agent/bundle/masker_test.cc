#include "agent/bundle/masker.h"

#include <gtest/gtest.h>

namespace muster::bundle {
namespace {

TEST(Masker, ReplacesProfileFoldersTheSameWayEverywhere) {
  Masker masker;
  EXPECT_EQ(masker.Mask("from C:\\Users\\anna.b\\x.msu and c:/users/ANNA.B/y"),
            "from C:\\Users\\user-1\\x.msu and c:/users/user-1/y");
  EXPECT_EQ(masker.Mask("C:\\Documents and Settings\\J\xc3\xb6rg M\\z"),
            "C:\\Documents and Settings\\user-2\\z");
}

TEST(Masker, TakesTheNameAndNothingBehindIt) {
  Masker masker;
  EXPECT_EQ(masker.Mask("open C:\\Users\\anna [HRESULT = 0x800b0101 - CERT_E_EXPIRED]"),
            "open C:\\Users\\user-1 [HRESULT = 0x800b0101 - CERT_E_EXPIRED]");
  EXPECT_EQ(masker.Mask("C:\\Users\\anna, then C:\\Windows\\x"),
            "C:\\Users\\user-1, then C:\\Windows\\x");
  EXPECT_EQ(masker.Mask("C:\\Users\\anna was read from \\\\?\\C:\\x"),
            "C:\\Users\\user-1 was read from \\\\?\\C:\\x");
  EXPECT_EQ(masker.Mask("C:\\\\Users\\\\anna\\\\x"), "C:\\\\Users\\\\user-1\\\\x");
  EXPECT_EQ(masker.Mask("C:\\DOCUME~1\\anna\\x"), "C:\\DOCUME~1\\user-1\\x");
}

TEST(Masker, LeavesWhatIsNobody) {
  Masker masker;
  for (const char* text : {"C:\\Users\\Public\\x", "C:\\Users\\Default\\x", "C:\\Users\\",
                           "no path at all", "S-1-5-18", "S-1-5-21-1-2-3-500", "S-1-5-21-1-2-3",
                           "s-1-5-21-", "C:\\Windows\\users.txt"}) {
    EXPECT_EQ(masker.Mask(text), text);
  }
}

TEST(Masker, ReplacesSidsOfOrdinaryAccounts) {
  Masker masker;
  EXPECT_EQ(masker.Mask("HKU\\S-1-5-21-1004336348-1177238915-682003330-1104\\x, "
                        "S-1-5-21-1004336348-1177238915-682003330-1105"),
            "HKU\\S-1-5-21-0-0-0-1001\\x, S-1-5-21-0-0-0-1002");
}

TEST(Masker, ReplacesAccounts) {
  Masker masker;
  EXPECT_EQ(masker.MaskAccount("CONTOSO\\anna"), "CONTOSO\\user-1");
  EXPECT_EQ(masker.MaskAccount("anna"), "user-1");
  EXPECT_EQ(masker.MaskAccount("NT AUTHORITY\\SYSTEM"), "NT AUTHORITY\\SYSTEM");
  EXPECT_EQ(masker.MaskAccount("S-1-5-18"), "S-1-5-18");
  EXPECT_EQ(masker.MaskAccount("S-1-5-21-1-2-3-1104"), "S-1-5-21-0-0-0-1001");
  EXPECT_EQ(masker.MaskAccount(""), "");
}

}  // namespace
}  // namespace muster::bundle
