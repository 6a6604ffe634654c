#include "wire/permissions.hpp"

namespace enclaved::wire {

namespace {

struct needs {
  permission operator()(const hello&) const { return permission::none; }
  permission operator()(const ping&) const { return permission::none; }
  permission operator()(const run&) const { return permission::run; }
  permission operator()(const session_open&) const { return permission::run; }
  permission operator()(const session_attach& it) const {
    return it.tool_mode == tool_mode::none ? permission::read : permission::run;
  }
  permission operator()(const session_events&) const { return permission::read; }
  permission operator()(const session_detach&) const {
    return permission::none;
  } // only what the connection itself attached
  permission operator()(const session_cancel&) const { return permission::run; }
  permission operator()(const session_close&) const { return permission::run; }
  permission operator()(const session_info&) const { return permission::read; }
  permission operator()(const session_list&) const { return permission::read; }
  permission operator()(const tool_result&) const { return permission::run; }
  permission operator()(const status_query&) const { return permission::read; }
  permission operator()(const admin_drain&) const { return permission::admin; }
  permission operator()(const admin_runtimes&) const { return permission::admin; }
  permission operator()(const admin_events&) const { return permission::admin; }
  permission operator()(const admin_backup&) const { return permission::admin; }
  permission operator()(const check&) const { return permission::run; } // a worker parses the script
};

} // namespace

std::string_view name(permission needed) {
  switch (needed) {
  case permission::none: return "none";
  case permission::run: return "run";
  case permission::read: return "read";
  case permission::admin: return "admin";
  }
  return "none";
}

permission needed_for(const request& what) { return std::visit(needs{}, what); }

bool permits(const principal& who, permission needed) {
  switch (needed) {
  case permission::none: return true;
  case permission::run: return who.may_run;
  case permission::read: return who.may_read;
  case permission::admin: return who.may_admin;
  }
  return false;
}

} // namespace enclaved::wire
