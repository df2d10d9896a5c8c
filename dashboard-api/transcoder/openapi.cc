#include "dashboard-api/transcoder/openapi.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/transcoder/json_text.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "dashboard-api/transcoder/openapi_schema.h"
#include "dashboard-api/transcoder/proto_docs.h"
#include "muster/v1/authorization.pb.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Use = SchemaWriter::Use;

constexpr char kDescription[] =
    "What central operations ask of Muster, over HTTP. Made from the same contract as the gRPC "
    "API.\n\n"
    "- **JSON** is protobuf's JSON mapping: 64-bit integers are strings, bytes are base64, enums "
    "are "
    "named. In answers every field without presence is there, though it has its default; messages "
    "and "
    "members of a oneof are left out where they are not set.\n"
    "- **Who calls**: an API token as `Authorization: Bearer`, or the cookie that createSession "
    "sets. "
    "With the cookie, all but GET needs the header `X-Muster-CSRF: 1` and a page of this origin.\n"
    "- **Lists** are paged (`pageSize`, `pageToken`). With `format=csv` or `format=jsonl` (or "
    "`Accept: "
    "text/csv`, `application/jsonl`) all pages come as one stream; an export that fails on its way "
    "breaks "
    "off without the end of its transfer coding.\n"
    "- **Selection**: `fields` takes a field mask (AIP-157), as in `machines.name,nextPageToken`; "
    "what is "
    "not named is left out, also where the schema requires it.\n"
    "- **Caching**: answers to GET have a strong ETag; If-None-Match gives 304.\n"
    "- **Errors** are AIP-193's. 429 and 503 say when to come again (Retry-After).\n"
    "- **Request ids**: X-Request-Id is taken, or made, and returned.";

constexpr char kError[] = R"({
  "type": "object",
  "description": "An error (AIP-193).",
  "properties": {
    "error": {
      "type": "object",
      "properties": {
        "code": {"type": "integer", "description": "The HTTP status code."},
        "message": {"type": "string", "description": "For a person, in English."},
        "status": {"type": "string", "description": "google.rpc.Code by its name: NOT_FOUND."},
        "details": {"type": "array", "description": "google.rpc messages, such as BadRequest, RetryInfo.",
          "items": {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]}}
      },
      "required": ["code", "message", "status", "details"]
    }
  },
  "required": ["error"],
  "examples": [{"error": {"code": 404, "message": "there is no such machine", "status": "NOT_FOUND", "details": []}}]
})";

constexpr char kSecuritySchemes[] = R"({
  "bearer": {"type": "http", "scheme": "bearer", "description": "An API token, for scripts."},
  "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-muster", "description": "The session that createSession opened, for browsers. All but GET needs the header X-Muster-CSRF: 1 as well."}
})";

// kError and kSecuritySchemes are laid out for reading; the document is laid out as a whole.
std::string Compact(absl::string_view json) {
  std::string out;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"' && (i == 0 || json[i - 1] != '\\')) in_string = !in_string;
    if (in_string || !absl::ascii_isspace(static_cast<unsigned char>(json[i]))) out += json[i];
  }
  return out;
}

JsonObject TextParameter(absl::string_view name, absl::string_view in, absl::string_view about) {
  JsonObject parameter;
  parameter.Text("name", name).Text("in", in).Text("description", about);
  if (in == "path") parameter.Bool("required", true);
  parameter.Json("schema", JsonObject().Text("type", "string"));
  return parameter;
}

std::string FormatParameter() {
  JsonObject schema;
  schema.Text("type", "string").Json("enum", JsonTextArray({"json", "csv", "jsonl"}));
  return JsonObject()
      .Text("name", "format")
      .Text("in", "query")
      .Text("description", "csv and jsonl export all pages as one stream; wins over Accept")
      .Json("schema", schema)
      .str();
}

std::string BomParameter() {
  return JsonObject()
      .Text("name", "bom")
      .Text("in", "query")
      .Text("description", "with csv: begins with a UTF-8 byte order mark, for spreadsheets")
      .Json("schema", JsonObject().Text("type", "boolean"))
      .str();
}

class DocumentWriter {
 public:
  explicit DocumentWriter(const RouteTable& routes) : routes_(routes), schemas_(docs_, routes) {}

  std::string Document() {
    JsonObject info;
    info.Text("title", "Muster operator API")
        .Text("version", "v1")
        .Text("description", kDescription)
        .Json("contact", JsonObject().Text("name", "Muster"))
        .Json("license", JsonObject()
                             .Text("name", "Apache License 2.0")
                             .Text("url", "https://www.apache.org/licenses/LICENSE-2.0"));
    std::map<std::string, JsonObject> paths;
    std::map<std::string, std::string> tags;
    std::map<std::string, int> uses;
    for (const Route& route : routes_.routes()) {
      const auto path = route.path.ToOpenApi();
      const int use = ++uses[route.method->full_name()];
      paths[path.path].Json(absl::AsciiStrToLower(route.http_method), Operation(route, path, use));
      tags[route.method->service()->name()] = docs_.Of(*route.method->service());
    }
    JsonObject all_paths;
    for (const auto& [path, item] : paths) all_paths.Json(path, item);
    std::vector<std::string> all_tags;
    for (const auto& [name, about] : tags) {
      all_tags.push_back(JsonObject().Text("name", name).OptionalText("description", about).str());
    }
    return PrettyJson(JsonObject()
                          .Text("openapi", "3.1.0")
                          .Json("info", info)
                          .Json("servers", JsonArray({JsonObject().Text("url", "/").str()}))
                          .Json("security", R"([{"bearer":[]},{"cookie":[]}])")
                          .Json("tags", JsonArray(all_tags))
                          .Json("paths", all_paths)
                          .Json("components", Components())
                          .str());
  }

 private:
  std::string Operation(const Route& route, const PathTemplate::OpenApiPath& path, int use) {
    std::string id = route.method->name();
    id[0] = absl::ascii_tolower(static_cast<unsigned char>(id[0]));
    if (use > 1) absl::StrAppend(&id, use);
    const std::string about = docs_.Of(*route.method);
    JsonObject operation;
    operation.Text("operationId", id)
        .Json("tags", JsonTextArray({route.method->service()->name()}))
        .Text("summary", Summary(about, *route.method))
        .Text("description", about.empty() ? Summary(about, *route.method) : about);
    const auto& options = route.method->options();
    if (options.HasExtension(v1::required_role)) {
      operation.Text("x-required-role", v1::Role_Name(options.GetExtension(v1::required_role)));
    }
    if (options.GetExtension(v1::without_token)) operation.Json("security", "[]");
    operation.Json("parameters", Parameters(route, path));
    if (!route.body.empty()) operation.Json("requestBody", RequestBody(route));
    operation.Json("responses", Responses(route));
    return operation.str();
  }

  // The first sentence; the RPC's name in words where there is no comment.
  static std::string Summary(const std::string& about,
                             const google::protobuf::MethodDescriptor& method) {
    if (!about.empty())
      return about.substr(0, std::min(about.find(". "), about.find_last_not_of('.') + 1));
    std::string words;
    for (char c : method.name()) {
      const bool upper = absl::ascii_isupper(static_cast<unsigned char>(c));
      if (upper && !words.empty()) words += ' ';
      words += words.empty() ? c : absl::ascii_tolower(static_cast<unsigned char>(c));
    }
    return words;
  }

  std::string Parameters(const Route& route, const PathTemplate::OpenApiPath& path) {
    std::vector<std::string> parameters;
    for (const auto& parameter : path.parameters) {
      parameters.push_back(TextParameter(parameter.name, "path",
                                         absl::StrCat(parameter.field_path, " is \"",
                                                      parameter.prefix, "{", parameter.name, "}\""))
                               .str());
    }
    if (route.body != "*") AddQuery(*route.method->input_type(), route, path, parameters);
    if (route.method->options().GetExtension(v1::without_token)) {
      JsonObject schema;
      schema.Text("type", "string").Text("const", "1");
      parameters.push_back(JsonObject()
                               .Text("name", "X-Muster-CSRF")
                               .Text("in", "header")
                               .Text("description", "no other site's script can send it")
                               .Bool("required", true)
                               .Json("schema", schema)
                               .str());
    }
    if (route.kind != Route::Kind::kDownload) {
      parameters.push_back(R"({"$ref":"#/components/parameters/fields"})");
    }
    if (route.rows != nullptr) {
      parameters.push_back(R"({"$ref":"#/components/parameters/format"})");
      parameters.push_back(R"({"$ref":"#/components/parameters/bom"})");
    }
    return JsonArray(parameters);
  }

  // Fields that neither path nor body has.
  void AddQuery(const Descriptor& input, const Route& route, const PathTemplate::OpenApiPath& path,
                std::vector<std::string>& parameters) {
    for (int i = 0; i < input.field_count(); ++i) {
      const FieldDescriptor& field = *input.field(i);
      bool in_path = false;
      for (const auto& parameter : path.parameters) {
        in_path |= parameter.field_path == field.name();
      }
      const bool is_message = field.message_type() != nullptr && !IsTextType(*field.message_type());
      if (in_path || is_message || field.name() == route.body) continue;
      parameters.push_back(JsonObject()
                               .Text("name", field.json_name())
                               .Text("in", "query")
                               .OptionalText("description", docs_.Of(field))
                               .Json("schema", schemas_.Value(field, Use::kRequest))
                               .str());
    }
  }

  std::string RequestBody(const Route& route) {
    JsonObject content;
    if (route.kind == Route::Kind::kUpload) {
      content.Json("application/octet-stream", "{}");
    } else {
      const Descriptor* body = route.method->input_type();
      if (route.body != "*") body = body->FindFieldByName(route.body)->message_type();
      JsonObject media;
      media.Json("schema", schemas_.Reference(*body, Use::kRequest));
      content.Json("application/json", media);
    }
    return JsonObject().Bool("required", true).Json("content", content).str();
  }

  std::string Responses(const Route& route) {
    JsonObject content;
    JsonObject json;
    json.Json("schema", schemas_.Reference(*route.method->output_type(), Use::kAnswer));
    JsonObject text;
    text.Json("schema", JsonObject().Text("type", "string"));
    switch (route.kind) {
      case Route::Kind::kDownload:
        content.Json("application/octet-stream", "{}");
        break;
      case Route::Kind::kWatch:
        content.Json("text/event-stream", text).Json("application/jsonl", text);
        break;
      default:
        content.Json("application/json", json);
        if (route.rows != nullptr) content.Json("text/csv", text).Json("application/jsonl", text);
    }
    const std::string about =
        route.kind == Route::Kind::kWatch
            ? absl::StrCat("Each message is a ",
                           ShortName(route.method->output_type()->full_name()),
                           "; event: end ends it, event: error has an Error.")
            : "The answer.";
    JsonObject responses;
    responses.Json("200", JsonObject().Text("description", about).Json("content", content));
    if (route.kind == Route::Kind::kUnary && route.http_method == "GET") {
      responses.Json("304", JsonObject().Text("description", "The client has this very answer."));
    }
    responses.Json("4XX", R"({"$ref":"#/components/responses/Error"})");
    responses.Json("5XX", R"({"$ref":"#/components/responses/Error"})");
    return responses.str();
  }

  std::string Components() {
    JsonObject schemas;
    auto all = schemas_.All();
    all["Error"] = Compact(kError);
    for (const auto& [name, schema] : all) schemas.Json(name, schema);
    JsonObject parameters;
    parameters
        .Json("fields", TextParameter("fields", "query",
                                      "a field mask: what to answer with (AIP-157); default: all"))
        .Json("format", FormatParameter())
        .Json("bom", BomParameter());
    return JsonObject()
        .Json("schemas", schemas)
        .Json("parameters", parameters)
        .Json(
            "responses",
            R"({"Error":{"description":"What was wrong.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}})")
        .Json("securitySchemes", Compact(kSecuritySchemes))
        .str();
  }

  const RouteTable& routes_;
  const ProtoDocs docs_;
  const SchemaWriter schemas_;
};

}  // namespace

std::string OpenApiDocument(const RouteTable& routes) { return DocumentWriter(routes).Document(); }

}  // namespace muster::transcoder
