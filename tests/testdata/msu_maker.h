// Update packages (.msu) and cabinets made to order, uncompressed. For tests and the demo; Windows
// would not install them. The format: docs/formats/msu.md.
#ifndef MUSTER_TESTS_TESTDATA_MSU_MAKER_H_
#define MUSTER_TESTS_TESTDATA_MSU_MAKER_H_

#include <string>
#include <utility>
#include <vector>

namespace muster::testdata {

struct MsuSpec {
  enum class Fault {
    kNone,
    kNoScan,             // no WSUSSCAN.cab
    kNoInnerCabinet,     // nothing to install
    kNoProperties,       // no pkgProperties.txt
    kTwoProperties,      // two of them
    kNoKb,               // pkgProperties without KB Article Number
    kNoArchitecture,     // pkgProperties without Processor Architecture
    kOtherKb,            // pkgProperties name another KB than the inner cabinet
    kOtherArchitecture,  // likewise another architecture
    kNoCatalog,          // the inner cabinet has manifests and no catalog
    kNothingInside,      // the inner cabinet has neither
    kInnerIsNoCabinet,   // the inner cabinet is other bytes
    kInnerTruncated,     // the inner cabinet lacks its end
    kBadChecksum,        // a data block of the package has a false checksum
    kInnerBadChecksum,   // one of the inner cabinet
    kLargeProperties,    // pkgProperties of more than 64 KiB
    kManyMembers,        // 10,001 members in the inner cabinet
    kManyInnerCabinets,  // 33
    kHugeInnerCabinet,   // the inner cabinet claims more than 1 GiB
  };

  std::string kb = "KB2749655";
  std::string architecture = "x64";  // "x64", "x86", "ia64"
  std::string catalog;               // bytes of update.cat and package_1.cat, as of MakeCatalog
  size_t padding = 0;                // bytes more of the inner cabinet
  bool utf16_properties = false;     // pkgProperties in UTF-16LE instead of ASCII
  Fault fault = Fault::kNone;
};

// The name that Microsoft would give it: "Windows6.1-KB2749655-x64.msu".
std::string MsuName(const MsuSpec& spec);
// Its bytes. Same specification, same bytes.
std::string MakeMsu(const MsuSpec& spec);

// A cabinet of members as name and bytes, in one folder without compression; at most 65,535 members
// and 2 GiB. `checksum` 0 means none, any other is false for nearly all data.
std::string MakeCabinet(const std::vector<std::pair<std::string, std::string>>& members,
                        unsigned checksum = 0);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_MSU_MAKER_H_
