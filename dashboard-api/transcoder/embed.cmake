# Writes OUTPUT, a source file that defines EmbeddedDescriptorSet() with the bytes of FILE.
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
string(REPLACE "\n" "\"\n\"" hex "${hex}")
file(SIZE ${FILE} size)
file(WRITE ${OUTPUT} "#include \"dashboard-api/transcoder/proto_docs.h\"

namespace muster::transcoder {
absl::string_view EmbeddedDescriptorSet() {
  static constexpr char kBytes[] =
\"${hex}\";
  return absl::string_view(kBytes, ${size});
}
}  // namespace muster::transcoder
")
