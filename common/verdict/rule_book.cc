#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/verdict/predicate.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {
namespace {

namespace fs = std::filesystem;

// A rule is a page or two of text; nested predicates a few levels deep.
constexpr size_t kMaxRuleBytes = 1024 * 1024;
constexpr int kMaxNesting = 64;

// Keeps the first error of a parse.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status Invalid(const std::string& file, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("rule ", file, ": ", what));
}

bool IsId(const std::string& id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

absl::Status CheckRule(const std::string& file, const v1::Rule& rule) {
  if (!IsId(rule.id())) {
    return Invalid(file, "needs an id of lower-case letters, digits and '-'");
  }
  if (absl::Status status = CheckPredicate(rule.affected_when()); !status.ok()) {
    return Invalid(file, absl::StrCat("affected_when: ", status.message()));
  }
  if (rule.has_remedied_when()) {
    if (absl::Status status = CheckPredicate(rule.remedied_when()); !status.ok()) {
      return Invalid(file, absl::StrCat("remedied_when: ", status.message()));
    }
  } else if (!rule.cures().empty()) {
    return Invalid(file, "has cures, but no remedied_when to say when they are in place");
  }
  for (const auto& known : rule.known_updates()) {
    if (!IsKb(known.kb())) return Invalid(file, absl::StrCat("'", known.kb(), "' is no KB"));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Rule> ParseRule(const std::string& file, const std::string& text) {
  if (text.size() > kMaxRuleBytes) return Invalid(file, "is larger than 1 MiB");
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(kMaxNesting);
  v1::Rule rule;
  if (!parser.ParseFromString(text, &rule)) return Invalid(file, error.text());
  if (absl::Status status = CheckRule(file, rule); !status.ok()) return status;
  return rule;
}

// To be raised when the same rules give other verdicts, so that servers judge their fleets anew.
constexpr absl::string_view kEngineVersion = "3";

Digest DigestOf(const std::vector<v1::Rule>& rules) {
  Sha256Stream stream;
  stream.Update(absl::StrCat("engine ", kEngineVersion, ";"));
  for (const v1::Rule& rule : rules) {
    const std::string bytes = rule.SerializeAsString();
    stream.Update(absl::StrCat(bytes.size(), ":"));
    stream.Update(bytes);
  }
  return stream.Finish();
}

absl::StatusOr<std::string> ReadRuleFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxRuleBytes + 1, '\0');
  if (!file.read(text.data(), text.size()) && !file.eof()) {
    return Invalid(path.string(), "cannot be read; check that it is a readable file");
  }
  text.resize(file.gcount());
  return text;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const RuleBook>> RuleBook::Parse(
    absl::Span<const std::pair<std::string, std::string>> texts) {
  if (texts.empty()) return absl::InvalidArgumentError("there are no rules");
  std::shared_ptr<RuleBook> book(new RuleBook());
  for (const auto& [file, text] : texts) {
    auto rule = ParseRule(file, text);
    if (!rule.ok()) return rule.status();
    for (const v1::Rule& other : book->rules_) {
      if (other.id() == rule->id()) {
        return Invalid(file, absl::StrCat("another rule has the id '", rule->id(), "' already"));
      }
    }
    book->rules_.push_back(*std::move(rule));
  }
  std::sort(book->rules_.begin(), book->rules_.end(),
            [](const v1::Rule& a, const v1::Rule& b) { return a.id() < b.id(); });
  book->digest_ = DigestOf(book->rules_);
  return book;
}

absl::StatusOr<std::shared_ptr<const RuleBook>> RuleBook::Load(const std::string& directory) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".textproto") paths.push_back(it->path());
  }
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read rules in ", directory, ": ", error.message()));
  }
  if (paths.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("there is no *.textproto in ", directory));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::pair<std::string, std::string>> texts;
  for (const fs::path& path : paths) {
    auto text = ReadRuleFile(path);
    if (!text.ok()) return text.status();
    texts.emplace_back(path.filename().string(), *std::move(text));
  }
  return Parse(texts);
}

bool IsOfInterest(const RuleBook& rules, const v1::IncidentSignature& signature) {
  bool interesting = false;
  for (const v1::Rule& rule : rules.rules()) {
    for (const v1::Predicate* predicate : {&rule.affected_when(), &rule.remedied_when()}) {
      ForEachLeaf(*predicate, [&](const v1::Predicate& leaf) {
        interesting =
            interesting || (leaf.has_incident_seen() && Matches(leaf.incident_seen(), signature));
      });
    }
  }
  return interesting;
}

}  // namespace muster::verdict
