// Paths of the HTTP API: what a request asks for, and the templates of google.api.http
// (google/api/http.proto) that it is held against. Plain values.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_PATH_TEMPLATE_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_PATH_TEMPLATE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::transcoder {

// "/v1/machines/PC%201:watch" taken apart: segments v1, machines, "PC 1", and the verb "watch".
struct RequestPath {
  std::vector<std::string> segments;
  std::string verb;

  // INVALID_ARGUMENT where the path does not begin with '/', a segment is empty, "." or "..", or
  // decodes to a slash, a control character or what is not UTF-8. A colon within a name is
  // written %3A.
  static absl::StatusOr<RequestPath> Parse(absl::string_view raw);
};

// "/v1/{name=machines/*}:watch": literal segments, `*`, variables, a verb.
class PathTemplate {
 public:
  // INVALID_ARGUMENT where it is not of that form; `**` is not taken, since no route needs it.
  static absl::StatusOr<PathTemplate> Parse(absl::string_view text);

  // The variables' values by their field paths; nothing where the path does not match.
  std::optional<std::map<std::string, std::string>> Match(const RequestPath& path) const;

  // Variables and the segments they stand for, as an OpenAPI path has them: {name=machines/*}
  // becomes "machines/{machine}"; one a `*`, in order.
  struct Parameter {
    std::string name;        // "machine"
    std::string field_path;  // "name"
    std::string prefix;      // "machines/": with the parameter's value the field's value
  };
  struct OpenApiPath {
    std::string path;
    std::vector<Parameter> parameters;
  };
  OpenApiPath ToOpenApi() const;

  const std::string& text() const { return text_; }
  // Literal segments win over `*`: templates are tried in ascending order of this.
  const std::string& specificity() const { return specificity_; }

 private:
  struct Variable {
    std::string field_path;
    size_t begin;  // segments [begin, end)
    size_t end;
  };

  std::string text_;
  std::vector<std::string> segments_;  // "*" for any
  std::vector<Variable> variables_;
  std::string verb_;
  std::string specificity_;
};

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_PATH_TEMPLATE_H_
