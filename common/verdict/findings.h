// What one set holds that rules ask about, small enough to keep for every distinct set of a fleet.
#ifndef MUSTER_COMMON_VERDICT_FINDINGS_H_
#define MUSTER_COMMON_VERDICT_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "muster/v1/inventory.pb.h"

namespace muster::verdict {

// Evidence names at most this many observations.
inline constexpr size_t kMaxReferences = 20;

// Facts that speak of the update list's probe (docs/formats/facts.md): how many rows the query
// gave, decimal; how it ended, as Outcome.Code spells it.
inline constexpr char kQfeRowsFact[] = "qfe.rows";
inline constexpr char kQfeOutcomeFact[] = "qfe.outcome";

// A catalog's file name without folder and letter case, hashed: how a log record and a catalog are
// told to be the same.
using NameKey = uint64_t;
// `path` may have either kind of slash.
NameKey NameKeyOf(absl::string_view path);
// At most max_bytes of `text`, cut neither within a character of UTF-8 nor within an escape for a
// byte ("\xff").
absl::string_view CutText(absl::string_view text, size_t max_bytes);
// The part after the last slash, cut at 200 bytes.
std::string BaseName(absl::string_view path);

// A catalog that fails to verify, now or later.
struct FailingCatalog {
  Digest digest;          // of the item
  absl::Time fails_from;  // infinite past: never verified
  uint32_t hresult;
  v1::Catalog::Result result;
  NameKey key;
  std::string name;  // file name
};

// An item that lists or installs an update.
struct InstalledUpdate {
  Digest digest;
  v1::Package::State state;  // STATE_UNSPECIFIED for an entry of the update list
};

struct FoundFact {
  std::string value;
  Digest digest;
};

// Immutable once made by Examine, shared between threads.
class SetFindings {
 public:
  // Catalogs that fail, earliest first; and the names of all, failing or not.
  std::vector<FailingCatalog> failing_catalogs;
  absl::flat_hash_set<NameKey> catalog_names;

  // Items that list or install a KB that some rule asks for, by KB.
  absl::flat_hash_map<std::string, InstalledUpdate> installed;
  // Installed packages that belong to updates; the first few by digest.
  uint64_t installed_packages = 0;
  std::vector<Digest> installed_package_samples;

  // Facts that some rule asks for.
  absl::flat_hash_map<std::string, FoundFact> facts;

  // Items that could not be read as what they should be.
  uint64_t unreadable = 0;
};

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_FINDINGS_H_
