// A source as its operator sees it.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/json_time.h"
#include "api/show.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::object capture_object(const SourceReport& report) {
  json::object out;
  out["mode"] = report.watch.mode;
  out["reason"] = report.mode_reason;
  out["phase"] = json::string(name(report.watch.phase));
  out["lag"] = report.watch.lag;
  out["rows_seen"] = report.watch.rows_seen;
  return out;
}

json::object baseline_object(const WatchReport& watch) {
  json::object out;
  out["done"] = watch.baseline_done;
  out["rows"] = watch.scan.rows;
  out["kinds_done"] = watch.scan.kinds_done;
  out["kinds"] = watch.scan.kinds;
  return out;
}

json::object audit_object(const AuditProgress& audit) {
  json::object out;
  out["rows"] = audit.rows;
  out["passes"] = audit.passes;
  out["last_pass_at"] = time_or_null(audit.pass_ended_at);
  return out;
}

json::array withheld_array(const std::vector<WithheldRemovals>& withheld) {
  json::array out;
  for (const auto& removals : withheld) {
    json::object row;
    row["resource"] = json::string(name(removals.kind));
    row["missing"] = removals.missing;
    row["stored"] = removals.stored;
    out.push_back(std::move(row));
  }
  return out;
}

json::value fault_object(const std::optional<SourceFault>& fault) {
  if (!fault) return nullptr;
  json::object out;
  out["code"] = fault->code;
  out["detail"] = fault->detail;
  out["at"] = to_text(fault->at);
  return out;
}

json::value pushed_object(const std::optional<PushCounts>& pushed) {
  if (!pushed) return nullptr;
  json::object out;
  out["applied"] = pushed->applied;
  out["unchanged"] = pushed->unchanged;
  out["stale"] = pushed->stale;
  out["refused"] = pushed->refused;
  return out;
}

}  // namespace

std::string show(const SourceReport& report) {
  json::object out;
  out["id"] = report.status.id.value;
  out["name"] = report.status.name;
  out["institution_id"] = report.status.institution.value;
  out["mapping"] = report.mapping;
  out["capture"] = capture_object(report);
  out["read_status"] = json::string(name(report.status.read));
  out["read_status_at"] = time_or_null(report.status.read_at);
  out["write_status"] = json::string(name(report.status.write));
  out["write_status_at"] = time_or_null(report.status.write_at);
  out["baseline"] = baseline_object(report.watch);
  out["audit"] = audit_object(report.watch.audit);
  out["missed_by_wakeups"] = report.watch.audit.missed;
  out["pushed"] = pushed_object(report.pushed);
  out["withheld_removals"] = withheld_array(report.watch.withheld);
  out["last_error"] = fault_object(report.last_fault);
  return json::serialize(out);
}

}  // namespace chartbell
