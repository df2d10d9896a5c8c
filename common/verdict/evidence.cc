#include "common/verdict/evidence.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace muster::verdict {
namespace {

constexpr size_t kNamesInSentence = 3;
constexpr size_t kMessageBytes = 200;

enum class Tense { kNever, kSince, kFrom };

Tense TenseOf(absl::Time fails_from, absl::Time at) {
  if (fails_from == absl::InfinitePast()) return Tense::kNever;
  return fails_from <= at ? Tense::kSince : Tense::kFrom;
}

// The part of a package's file name that a person reads.
std::string ShortName(absl::string_view name) {
  constexpr size_t kHexName = 64;
  constexpr size_t kHexShown = 12;
  const size_t tilde = name.find('~');
  if (tilde != absl::string_view::npos) return std::string(name.substr(0, tilde));
  if (name.size() >= kHexName) return absl::StrCat(CutText(name, kHexShown), "…");
  return std::string(name);
}

// The first few distinct names.
class NameList {
 public:
  void Add(absl::string_view name) {
    const std::string shown = ShortName(name);
    if (shown.empty() || std::find(names_.begin(), names_.end(), shown) != names_.end()) return;
    if (names_.size() == kNamesInSentence) {
      more_ = true;
    } else {
      names_.push_back(shown);
    }
  }
  bool empty() const { return names_.empty(); }
  std::string Text() const { return absl::StrCat(absl::StrJoin(names_, ", "), more_ ? ", …" : ""); }

 private:
  std::vector<std::string> names_;
  bool more_ = false;
};

// " KB1: note" for each known update that some name belongs to.
template <typename Names>
std::string KnownNotes(const v1::Rule& rule, const Names& names) {
  std::string notes;
  for (const v1::KnownUpdate& known : rule.known_updates()) {
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return NamesKb(name, known.kb()); })) {
      absl::StrAppend(&notes, " ", known.kb(), ": ", known.note());
    }
  }
  return notes;
}

// " from T to T"; records may have no time.
std::string SpanText(absl::Time first, absl::Time last) {
  if (first == absl::InfinitePast()) return " of unknown time";
  if (first == last) return absl::StrCat(" of ", InstantText(first));
  return absl::StrCat(" from ", InstantText(first), " to ", InstantText(last));
}

std::string CatalogSentence(Tense tense, bool hypothetical, size_t count, absl::Time first) {
  const std::string who = Counted(count, "servicing catalog");
  if (hypothetical) {
    const std::string would = absl::StrCat(who, " would fail to verify without the remedy");
    return tense == Tense::kNever ? would
                                  : absl::StrCat(would, " from ", InstantText(first), " on");
  }
  switch (tense) {
    case Tense::kNever:
      return absl::StrCat(who, count == 1 ? " does" : " do", " not verify and never did");
    case Tense::kSince:
      return absl::StrCat(who, count == 1 ? " fails" : " fail", " to verify since ",
                          InstantText(first));
    case Tense::kFrom:
      break;
  }
  return absl::StrCat(who, " will fail to verify from ", InstantText(first), " on");
}

}  // namespace

std::string InstantText(absl::Time instant) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", instant, absl::UTCTimeZone());
}

std::string HresultText(uint32_t hresult) { return absl::StrFormat("0x%08X", hresult); }

std::string Counted(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

bool NamesKb(absl::string_view name, absl::string_view kb) {
  const std::string lower_name = absl::AsciiStrToLower(name);
  const size_t found = lower_name.find(absl::AsciiStrToLower(kb));
  if (found == std::string::npos) return false;
  const size_t end = found + kb.size();
  return end == lower_name.size() || !absl::ascii_isdigit(lower_name[end]);
}

std::vector<v1::Evidence> CatalogEvidence(const v1::Rule& rule,
                                          absl::Span<const FailingCatalog* const> failing,
                                          absl::Time at, bool hypothetical) {
  std::map<std::tuple<Tense, uint32_t>, std::vector<const FailingCatalog*>> groups;
  for (const FailingCatalog* catalog : failing) {
    groups[{TenseOf(catalog->fails_from, at), catalog->hresult}].push_back(catalog);
  }
  std::vector<v1::Evidence> evidence;
  for (const auto& [key, catalogs] : groups) {
    const auto& [tense, hresult] = key;
    v1::Evidence entry;
    entry.set_count(catalogs.size());
    NameList shown;
    std::vector<std::string> names;
    for (const FailingCatalog* catalog : catalogs) {
      if (entry.items_size() < static_cast<int>(kMaxReferences)) {
        entry.add_items(catalog->digest.ToBytes());
      }
      shown.Add(catalog->name);
      names.push_back(catalog->name);
    }
    entry.set_summary(absl::StrCat(
        CatalogSentence(tense, hypothetical, catalogs.size(), catalogs.front()->fails_from), " (",
        HresultText(hresult), "): ", shown.Text(), ".", KnownNotes(rule, names)));
    evidence.push_back(std::move(entry));
  }
  return evidence;
}

v1::Evidence RecordEvidence(const v1::Rule& rule,
                            absl::Span<const MachineView::Record* const> records,
                            uint64_t only_witness) {
  v1::Evidence entry;
  absl::Time first = absl::InfiniteFuture();
  absl::Time last = absl::InfinitePast();
  NameList shown;
  std::vector<std::string> names;
  uint64_t count = 0;
  for (const MachineView::Record* record : records) {
    first = std::min(first, record->first);
    last = std::max(last, record->last);
    count += record->count;
    if (entry.signatures_size() < static_cast<int>(kMaxReferences)) {
      entry.add_signatures(record->digest.ToBytes());
    }
    const v1::IncidentSignature& signature = *record->signature;
    names.push_back(signature.package().empty() ? BaseName(signature.file()) : signature.package());
    shown.Add(names.back());
  }
  entry.set_count(count);
  const v1::IncidentSignature& sample = *records.front()->signature;
  const bool checksur = sample.source() == v1::IncidentSignature::CHECKSUR_LOG;
  const absl::string_view said =
      CutText(checksur ? sample.component() : sample.message(), kMessageBytes);
  std::string summary =
      absl::StrCat(Counted(count, checksur ? "CheckSUR finding" : "log record"),
                   SpanText(first, last), ": ", said, " (", HresultText(sample.hresult()), ")");
  if (!shown.empty()) absl::StrAppend(&summary, ", naming ", shown.Text());
  absl::StrAppend(&summary, ".");
  if (only_witness > 0) {
    absl::StrAppend(&summary, " The log is the only witness for ", only_witness, " of them: no ",
                    "catalog of that name was seen.");
  }
  entry.set_summary(absl::StrCat(summary, KnownNotes(rule, names)));
  return entry;
}

}  // namespace muster::verdict
