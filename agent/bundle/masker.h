// Takes the names of users out of text. Built-in accounts are no persons and stay.
#ifndef MUSTER_AGENT_BUNDLE_MASKER_H_
#define MUSTER_AGENT_BUNDLE_MASKER_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::bundle {

// One bundle's: the same user gets the same number everywhere in it. Not thread-safe.
class Masker {
 public:
  // With the names of profile folders (C:\Users\anna, C:\Documents and Settings\anna) as user-1,
  // user-2 …, and SIDs of ordinary users and computers (S-1-5-21-…-1104) as S-1-5-21-0-0-0-1001 ….
  // A line without its end, in UTF-8 or any encoding that has ASCII in it as such.
  std::string Mask(absl::string_view text);

  // An account as "DOMAIN\anna", "anna" or a SID; "NT AUTHORITY\SYSTEM" stays.
  std::string MaskAccount(absl::string_view account);

 private:
  std::string UserName(absl::string_view name);
  std::string UserSid(absl::string_view sid);

  std::map<std::string, int> users_;  // by lower-case name
  std::map<std::string, int> sids_;
};

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_MASKER_H_
