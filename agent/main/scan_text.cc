#include "agent/main/scan_text.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"
#include "common/proto_time.h"
#include "common/verdict/findings.h"

namespace muster::agent {
namespace {

using host::Displayable;

constexpr size_t kColumns = 100;
constexpr int kExamples = 3;
constexpr size_t kComplaints = 5;

std::string ShowTime(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", FromProto(time), absl::UTCTimeZone());
}

// "1 package", "2 packages".
std::string Counted(uint64_t count, absl::string_view singular) {
  return absl::StrCat(count, " ", singular, count == 1 ? "" : "s");
}

// `text` in lines of at most kColumns; all but the first indented by the same as the first.
std::string Wrapped(absl::string_view first_indent, absl::string_view text) {
  const std::string indent(first_indent.size(), ' ');
  std::string result(first_indent);
  size_t column = first_indent.size();
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (column > indent.size() && column + 1 + word.size() > kColumns) {
      absl::StrAppend(&result, "\n", indent);
      column = indent.size();
    } else if (column > indent.size()) {
      result += ' ';
      ++column;
    }
    absl::StrAppend(&result, word);
    column += word.size();
  }
  return result + "\n";
}

absl::string_view ColourOf(v1::Verdict::State state) {
  switch (state) {
    case v1::Verdict::AFFECTED:
      return "\x1b[1;31m";
    case v1::Verdict::AT_RISK:
    case v1::Verdict::UNKNOWN:
      return "\x1b[1;33m";
    default:
      return "\x1b[1;32m";
  }
}

// Fit to be shown; empty where there is no such fact.
std::string FactOf(const v1::ScanReport& report, absl::string_view name) {
  for (const v1::Fact& fact : report.facts()) {
    if (fact.name() == name) return Displayable(fact.value());
  }
  return "";
}

class TextWriter {
 public:
  TextWriter(bool coloured, std::ostream& out) : coloured_(coloured), out_(out) {}

  void WriteVerdict(const v1::Verdict& verdict, const v1::Rule* rule) {
    WriteHeadline(verdict, rule);
    // An explanation of UNKNOWN says no more than the list of what was missing.
    if (verdict.missing().empty() && !verdict.explanation().empty()) {
      out_ << Wrapped("  ", Displayable(verdict.explanation()));
    }
    if (!verdict.missing().empty()) {
      Heading("What was missing");
      for (const std::string& missing : verdict.missing()) {
        out_ << Wrapped("    - ", Displayable(missing));
      }
    }
    if (!verdict.evidence().empty()) {
      Heading("Why");
      for (const v1::Evidence& evidence : verdict.evidence()) WriteEvidence(evidence);
    }
    if (rule != nullptr && !verdict.remedies().empty()) WriteRemedies(*rule, verdict.remedies());
    out_ << "\n";
  }

  void WriteInventory(const v1::ScanReport& report) {
    int failing = 0, lapsing = 0;
    for (const v1::ScannedCatalog& catalog : report.catalogs()) {
      const bool fails = catalog.hresult() != "0x00000000";
      failing += fails;
      lapsing += !fails && catalog.has_breaks_at();
    }
    std::string system;
    for (const absl::string_view name : {"os.version", "os.architecture"}) {
      const std::string value = FactOf(report, name);
      if (!value.empty()) absl::StrAppend(&system, system.empty() ? "Windows " : " ", value);
    }
    if (!system.empty()) system += ", ";
    out_ << Wrapped(
        "Seen: ",
        absl::StrCat(system, Counted(report.packages_size(), "package"), ", ",
                     Counted(report.updates_size(), "update"), " by ", UpdatesBy(report), ", ",
                     Counted(report.catalogs_size(), "catalog"), " (", failing, " not verifying, ",
                     lapsing, " verifying until a certificate ends), ",
                     Counted(report.incidents_size(), "kind"), " of complaint in the logs."));
    if (IsOfRunningSystem(report)) WriteWitnesses(report);
    for (const v1::CollectorOutcome& outcome : report.outcomes()) {
      if (outcome.outcome() == v1::Outcome::OK && outcome.detail().empty()) continue;
      const std::string how = outcome.outcome() == v1::Outcome::OK
                                  ? ""
                                  : absl::StrCat(" ", v1::Outcome::Code_Name(outcome.outcome()));
      out_ << Wrapped("  ", absl::StrCat(Displayable(outcome.kind()), how, ": ",
                                         Displayable(outcome.detail())));
    }
  }

  static bool IsOfRunningSystem(const v1::ScanReport& report) {
    return !FactOf(report, "qfe.outcome").empty();
  }

  static absl::string_view UpdatesBy(const v1::ScanReport& report) {
    if (IsOfRunningSystem(report)) return "the machine's own list";
    return report.updates_size() == 1 ? "its manifest" : "their manifests";
  }

  // What each of the three says of itself: they are never merged.
  void WriteWitnesses(const v1::ScanReport& report) {
    const auto fact = [&](absl::string_view name) { return Displayable(FactOf(report, name)); };
    const std::string rows = fact("qfe.rows");
    out_ << Wrapped(
        "Witnesses: ",
        absl::StrCat(
            "the update list (WMI) ",
            rows.empty() ? absl::StrCat("ended ", fact("qfe.outcome"), " ", fact("qfe.hresult"))
                         : absl::StrCat("gives ", rows, " rows"),
            "; servicing has ", fact("witnesses.installed_packages"), " installed packages of ",
            fact("witnesses.installed_updates"), " updates; of ", fact("trust.asked"),
            " catalogs Windows refuses ", fact("trust.refused"), ", and differs from Muster on ",
            fact("trust.disagreements"), ". Another class of WMI: ", fact("wmi.outcome"), "."));
  }

  // A line for each code, with the first record that bears it.
  void WriteComplaints(const v1::ScanReport& report) {
    struct Code {
      uint64_t count = 0;
      const v1::ScannedIncident* first = nullptr;
    };
    std::map<absl::string_view, Code> by_code;
    for (const v1::ScannedIncident& incident : report.incidents()) {
      Code& code = by_code[incident.hresult()];
      code.count += incident.count();
      if (code.first == nullptr) code.first = &incident;
    }
    std::vector<Code> codes;
    for (const auto& [hresult, code] : by_code) codes.push_back(code);
    std::stable_sort(codes.begin(), codes.end(),
                     [](const Code& a, const Code& b) { return a.count > b.count; });
    out_ << "Complaints in the logs, by code and the first record of each (--format json has "
            "all):\n";
    const size_t shown = std::min(codes.size(), kComplaints);
    for (size_t i = 0; i < shown; ++i) {
      const v1::ScannedIncident& first = *codes[i].first;
      const std::string code = first.hresult().empty()
                                   ? "no code"
                                   : absl::StrCat(first.hresult(), " ", first.hresult_name());
      out_ << "  " << codes[i].count << "×  " << code << "  "
           << Displayable(first.message(), kColumns) << "\n";
    }
    if (codes.size() > shown) {
      out_ << "  and " << Counted(codes.size() - shown, "more code") << "\n";
    }
  }

 private:
  void WriteHeadline(const v1::Verdict& verdict, const v1::Rule* rule) {
    const std::string state =
        absl::StrReplaceAll(v1::Verdict::State_Name(verdict.state()), {{"_", " "}});
    out_ << Coloured(ColourOf(verdict.state()), state) << "  " << Displayable(verdict.rule());
    if (rule != nullptr && !rule->title().empty()) out_ << ": " << Displayable(rule->title());
    out_ << "\n";
    if (!verdict.has_breaks_at()) return;
    out_ << (verdict.state() == v1::Verdict::AT_RISK ? "  breaks at " : "  since ")
         << ShowTime(verdict.breaks_at()) << "\n";
  }

  void WriteEvidence(const v1::Evidence& evidence) {
    out_ << Wrapped("    - ", Displayable(evidence.summary()));
    std::vector<std::string> examples;
    for (const auto& catalog : evidence.catalogs()) {
      examples.push_back(
          absl::StrCat(catalog.path(), "  ", v1::Catalog::Result_Name(catalog.result())));
    }
    for (const auto& incident : evidence.incidents()) {
      const std::string when = incident.has_first() ? ShowTime(incident.first()) : "no time";
      examples.push_back(absl::StrCat(when, "  ", incident.count(), "×  ",
                                      incident.signature().file().empty()
                                          ? incident.signature().message()
                                          : incident.signature().file()));
    }
    for (const auto& update : evidence.updates()) {
      examples.push_back(absl::StrCat(update.kb(), "  ", update.description()));
    }
    for (const auto& package : evidence.packages()) examples.push_back(package.identity());
    for (const auto& fact : evidence.facts()) {
      examples.push_back(absl::StrCat(fact.name(), " = ", fact.value()));
    }
    const size_t shown = std::min<size_t>(examples.size(), kExamples);
    for (size_t i = 0; i < shown; ++i) out_ << "        " << Displayable(examples[i]) << "\n";
    // The count of log evidence is one of records, and what is shown are kinds of them: of more
    // than it names, the number is not known here.
    const bool of_logs = !evidence.signatures().empty();
    const uint64_t all = of_logs ? examples.size() : evidence.count();
    if (shown == 0 || all <= shown) return;
    const bool cut = of_logs && all >= verdict::kMaxReferences;
    out_ << "        and " << (cut ? "at least " : "") << all - shown << " more\n";
  }

  template <typename Names>
  void WriteRemedies(const v1::Rule& rule, const Names& helpful) {
    Heading("What to do, in this order");
    int number = 0;
    for (const v1::Remedy& remedy : rule.remedies()) {
      const std::string& name = remedy.kb().empty() ? remedy.title() : remedy.kb();
      if (std::find(helpful.begin(), helpful.end(), name) == helpful.end()) continue;
      out_ << Wrapped(absl::StrCat("    ", ++number, ". "),
                      absl::StrCat(Displayable(remedy.kb()), "  ", Displayable(remedy.title())));
      if (!remedy.note().empty()) out_ << Wrapped("       ", Displayable(remedy.note()));
      if (!remedy.url().empty()) out_ << "       " << Displayable(remedy.url()) << "\n";
    }
  }

  void Heading(absl::string_view text) { out_ << "  " << Coloured("\x1b[1m", text) << "\n"; }

  std::string Coloured(absl::string_view colour, absl::string_view text) const {
    if (!coloured_) return std::string(text);
    return absl::StrCat(colour, text, "\x1b[0m");
  }

  const bool coloured_;
  std::ostream& out_;
};

}  // namespace

void WriteScanText(const v1::ScanReport& report, const verdict::RuleBook& rules, bool coloured,
                   std::ostream& out) {
  TextWriter writer(coloured, out);
  out << Displayable(report.image()) << ", as of " << ShowTime(report.as_of()) << "\n\n";
  for (const v1::Verdict& verdict : report.verdicts()) {
    const auto rule = std::find_if(rules.rules().begin(), rules.rules().end(),
                                   [&](const v1::Rule& r) { return r.id() == verdict.rule(); });
    writer.WriteVerdict(verdict, rule == rules.rules().end() ? nullptr : &*rule);
  }
  writer.WriteInventory(report);
  if (!report.incidents().empty()) writer.WriteComplaints(report);
}

void WriteRecordText(const v1::ScannedIncident& record, std::ostream& out) {
  out << (record.has_first() ? ShowTime(record.first()) : "                       ") << "  "
      << Displayable(record.severity()) << "\t" << Displayable(record.component()) << "\t"
      << Displayable(record.message()) << "\n";
}

}  // namespace muster::agent
