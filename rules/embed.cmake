# Writes OUTPUT, a source file that holds the FILES as BuiltinRules().
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND entries "      {\"${name}\",\n       R\"TEXTPROTO(${text})TEXTPROTO\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"rules/builtin_rules.h\"

namespace muster::rules {

const std::vector<std::pair<std::string, std::string>>& BuiltinRules() {
  static const auto& rules = *new std::vector<std::pair<std::string, std::string>>{
${entries}  };
  return rules;
}

}  // namespace muster::rules
")
