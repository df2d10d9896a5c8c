// CheckMsuCatalogs of msu.h: the gate before a rollout.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/servicing/hresult/hresult.h"
#include "common/servicing/msu/msu.h"

namespace muster::servicing {
namespace {

// After "its catalog … ".
absl::string_view InWords(SignatureClass signature_class) {
  switch (signature_class) {
    case SignatureClass::kValidTimestamped:
      return "is signed and timestamped";
    case SignatureClass::kNoTimestamp:
      return "has no timestamp, so that it holds only as long as its certificates";
    case SignatureClass::kTimestampCertificateWithoutEku:
      return "has a timestamp that does not count, since the time-stamping service's certificate "
             "is not made out for time stamping, so that it holds only as long as its certificates";
    case SignatureClass::kLifetimeSigning:
      return "is signed by a certificate for lifetime signing, whose end no timestamp outlasts";
    case SignatureClass::kTimestampOutsideSignerValidity:
      return "was signed at a time when its certificates were not valid";
    case SignatureClass::kCountersignatureBroken:
      return "has a timestamp that is broken or of another signature";
    case SignatureClass::kTimestampCertificateMissing:
      return "has a timestamp without the certificate that it is to be checked by";
    case SignatureClass::kSignatureBroken:
      return "has a broken signature: it was changed after it was signed";
    case SignatureClass::kChainBroken:
      return "has certificates that were not issued by whom they name";
    case SignatureClass::kUnsigned:
      return "is not signed";
    case SignatureClass::kCorrupt:
      break;
  }
  return "is damaged";
}

uint32_t HresultAt(const MsuCatalog& catalog, absl::Time instant) {
  return Verification{catalog.signature_class, catalog.failure_hresult, catalog.breaks_at,
                      catalog.valid_from}
      .HresultAt(instant);
}

std::string Day(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

std::string Hresult(uint32_t code) {
  const absl::string_view name = HresultName(code);
  return absl::StrCat(FormatHresult(code), name.empty() ? "" : " ", name);
}

// What becomes of the catalog, after InWords.
std::string Fate(const MsuCatalog& catalog, absl::Time now) {
  const std::string answer = Hresult(catalog.failure_hresult);
  if (catalog.breaks_at == absl::InfinitePast()) {
    return absl::StrCat("Windows never takes it (", answer, ")");
  }
  if (catalog.breaks_at <= now) {
    return absl::StrCat("it lapsed on ", Day(catalog.breaks_at), " (", answer, ")");
  }
  if (catalog.valid_from > now) {
    return absl::StrCat("it is not valid before ", Day(catalog.valid_from), " (", answer, ")");
  }
  return absl::StrCat("it lapses on ", Day(catalog.breaks_at), " (then ", answer, ")");
}

absl::string_view Advice(const MsuCatalog& catalog, absl::Time now) {
  if (catalog.valid_from > now) return "Check this machine's clock.";
  switch (catalog.signature_class) {
    case SignatureClass::kNoTimestamp:
    case SignatureClass::kTimestampCertificateWithoutEku:
    case SignatureClass::kLifetimeSigning:
    case SignatureClass::kTimestampOutsideSignerValidity:
      return "Roll out the version that Microsoft reissued (as a rule its name has -v2) instead.";
    default:
      return "Download the package again from the Microsoft Update Catalog.";
  }
}

}  // namespace

absl::Status CheckMsuCatalogs(const Msu& msu, absl::Time now, absl::Duration margin) {
  constexpr absl::string_view kRefusal =
      "Muster refuses to roll out an update whose catalog is about to lapse or does not verify";
  if (msu.catalogs.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(kRefusal, ": ", msu.kb, " has no catalog inside."));
  }
  const absl::Time until = now + std::max(margin, absl::ZeroDuration());
  const MsuCatalog* worst = nullptr;
  size_t refused = 0;
  for (const MsuCatalog& catalog : msu.catalogs) {
    if (HresultAt(catalog, now) == 0 && catalog.breaks_at >= until) continue;
    ++refused;
    if (worst == nullptr || catalog.breaks_at < worst->breaks_at) worst = &catalog;
  }
  if (worst == nullptr) return absl::OkStatus();
  const std::string others =
      refused > 1 ? absl::StrCat(" (and ", refused - 1, " more of its catalogs)") : "";
  return absl::FailedPreconditionError(absl::StrCat(
      kRefusal, ": of ", msu.kb, ", the catalog ", worst->name, others, " ",
      InWords(worst->signature_class), "; ", Fate(*worst, now), ". ", Advice(*worst, now)));
}

}  // namespace muster::servicing
