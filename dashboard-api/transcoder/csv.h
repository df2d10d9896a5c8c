// Rows of a list as CSV (RFC 4180): a column for each scalar field, nested fields named by dots,
// repeated ones joined by ';'. Immutable once made.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_CSV_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_CSV_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "dashboard-api/transcoder/field_tree.h"

namespace muster::transcoder {

class CsvTable {
 public:
  // Of the selected fields of a row, in the order of the mask, those of one message together. Where
  // everything is selected, a repeated message gives its own scalar fields and nothing deeper.
  CsvTable(const google::protobuf::Descriptor& row, const FieldTree& fields);

  std::string Header() const;
  // Text that a spreadsheet would take for a formula gets a ' before it.
  void AppendRow(const google::protobuf::Message& row, std::string& out) const;

 private:
  using Path = std::vector<const google::protobuf::FieldDescriptor*>;

  void AddColumns(const google::protobuf::Descriptor& type, const FieldTree& fields, Path& path);
  void AddField(const google::protobuf::FieldDescriptor* field, const FieldTree& fields,
                Path& path);

  std::vector<Path> columns_;
};

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_CSV_H_
