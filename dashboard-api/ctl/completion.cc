#include "dashboard-api/ctl/completion.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard-api/ctl/command_line_internal.h"

namespace muster::ctl {
namespace {

// A person waits for it, key by key.
constexpr std::chrono::seconds kPatience{3};

// "TEXT:{table,json}" has the choices that CLI::IsMember was given.
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos || close <= open + 1) return {};
  return absl::StrSplit(type.substr(open + 1, close - open - 1), ',');
}

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// Of the command and its option groups, which are apps without a name.
void CollectOptions(const CLI::App& app, std::vector<const CLI::Option*>& options) {
  for (const CLI::Option* option : app.get_options()) options.push_back(option);
  for (const CLI::App* group : app.get_subcommands({})) {
    if (group->get_name().empty()) CollectOptions(*group, options);
  }
}

const CLI::App* ChildOf(const CLI::App& app, const std::string& word) {
  for (const CLI::App* child : app.get_subcommands({})) {
    if (!child->get_name().empty() && child->check_name(word)) return child;
  }
  return nullptr;
}

// Where the cursor is, after the words before it.
class Cursor {
 public:
  explicit Cursor(const CLI::App& app) : command_(&app) {}

  void Pass(const std::string& word) {
    if (word == "=") return;  // between an option and its value
    if (awaits_ != nullptr) {
      Take(*std::exchange(awaits_, nullptr), word);
    } else if (absl::StartsWith(word, "-")) {
      const size_t equals = word.find('=');
      const CLI::Option* option = Find(word.substr(0, equals));
      if (option == nullptr) return;
      if (equals != std::string::npos) {
        Take(*option, word.substr(equals + 1));
      } else if (TakesValue(*option)) {
        awaits_ = option;
      }
    } else if (const CLI::App* child = ChildOf(*command_, word)) {
      command_ = child;
      positionals_ = 0;
    } else {
      ++positionals_;
    }
  }

  Candidates Offer(const std::string& word) && {
    if (awaits_ != nullptr) {
      OfferValues(*awaits_, word == "=" ? "" : word, "");
    } else if (const size_t equals = word.find('=');
               absl::StartsWith(word, "-") && equals != std::string::npos) {
      const CLI::Option* option = Find(word.substr(0, equals));
      if (option != nullptr) {
        OfferValues(*option, word.substr(equals + 1), word.substr(0, equals + 1));
      }
    } else if (absl::StartsWith(word, "-")) {
      OfferOptions(word);
    } else {
      OfferWords(word);
    }
    return std::move(candidates_);
  }

 private:
  // The command's own, and those of the commands above it.
  const CLI::Option* Find(const std::string& name) const {
    for (const CLI::App* app = command_; app != nullptr; app = app->get_parent()) {
      if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
    }
    return nullptr;
  }

  void Take(const CLI::Option& option, const std::string& value) {
    Flags& flags = candidates_.flags;
    for (const auto& [name, flag] :
         {std::pair("--server", &flags.server), std::pair("--ca", &flags.ca),
          std::pair("--token-file", &flags.token_file), std::pair("--context", &flags.context)}) {
      if (option.check_name(name)) *flag = value;
    }
  }

  void OfferWord(const std::string& candidate, const std::string& prefix) {
    if (absl::StartsWith(candidate, prefix)) candidates_.words.push_back(candidate);
  }

  void OfferValues(const CLI::Option& option, const std::string& prefix,
                   const std::string& before) {
    for (const std::string& choice : ChoicesOf(option)) {
      if (absl::StartsWith(choice, prefix)) candidates_.words.push_back(before + choice);
    }
    candidates_.files = absl::StartsWith(option.get_type_name(), kFileType);
    candidates_.value_of = &option;
    candidates_.prefix = prefix;
    candidates_.before = before;
  }

  void OfferOptions(const std::string& prefix) {
    for (const CLI::App* app = command_; app != nullptr; app = app->get_parent()) {
      std::vector<const CLI::Option*> options;
      CollectOptions(*app, options);
      for (const CLI::Option* option : options) {
        for (const std::string& name : option->get_lnames()) {
          const std::string word = absl::StrCat("--", name);
          const auto& words = candidates_.words;
          if (std::ranges::find(words, word) == words.end()) OfferWord(word, prefix);
        }
      }
    }
  }

  // Commands, or the value of the positional argument that comes next.
  void OfferWords(const std::string& prefix) {
    for (const CLI::App* child : command_->get_subcommands({})) {
      // What belongs to no group of the help is not for people.
      if (!child->get_name().empty() && !child->get_group().empty()) {
        OfferWord(child->get_name(), prefix);
      }
    }
    std::vector<const CLI::Option*> options;
    CollectOptions(*command_, options);
    size_t before = positionals_;
    for (const CLI::Option* option : options) {
      if (!option->get_positional()) continue;
      if (before-- > 0) continue;
      OfferValues(*option, prefix, "");
      return;
    }
  }

  const CLI::App* command_;
  const CLI::Option* awaits_ = nullptr;  // a value is to come
  size_t positionals_ = 0;               // that the command has had
  Candidates candidates_;
};

// Nothing where the server can't be asked.
std::vector<std::string> AskServer(const Candidates& candidates, NameSource source) {
  auto settings = ResolveSettings(candidates.flags, ProcessEnvironment);
  if (!settings.ok()) return {};
  auto client = Client::Create(*std::move(settings));
  if (!client.ok()) return {};
  client->set_deadline(kPatience);
  auto names = source(*client, candidates.prefix);
  return names.ok() ? *std::move(names) : std::vector<std::string>();
}

bool IsOneLine(const std::string& name) {
  return std::ranges::none_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

Candidates Complete(const CLI::App& app, const std::vector<std::string>& words) {
  Cursor cursor(app);
  if (words.empty()) return std::move(cursor).Offer("");
  for (size_t i = 0; i + 1 < words.size(); ++i) cursor.Pass(words[i]);
  return std::move(cursor).Offer(words.back());
}

void WriteCandidates(const CLI::App& app, const std::map<const CLI::Option*, NameSource>& names,
                     std::istream& in, std::ostream& out) {
  std::vector<std::string> words;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    words.push_back(line);
  }
  const Candidates candidates = Complete(app, words);
  for (const std::string& word : candidates.words) out << word << "\n";
  if (candidates.files) out << ":files\n";
  const auto source = names.find(candidates.value_of);
  if (source == names.end()) return;
  for (const std::string& name : AskServer(candidates, source->second)) {
    if (IsOneLine(name)) out << candidates.before << name << "\n";
  }
}

}  // namespace muster::ctl
