// Sessions that are in the store: those that rest there and are brought back when somebody names them, and those that
// the process before this one has left unfinished.
#include "actors/overloaded.hpp"
#include "actors/sessions.hpp"
#include "actors/store_index.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

/// Whether there is one of this name, only the journal can tell. Who asks meanwhile waits with the first.
void sessions_state::look_up(client_request& request, const std::string& session) {
  address wanted{request.from->who().tenant, session};
  auto& waiting = looked_up_[wanted];
  waiting.push_back(std::move(request));
  if (waiting.size() == 1) caf::anon_send(setup_.journal, find_session{wanted.first, wanted.second});
}

void sessions_state::on_found(session_found& news) {
  const auto at = looked_up_.find(address{news.which.tenant, news.which.id});
  if (at == looked_up_.end()) return;
  auto waiting = std::move(at->second);
  looked_up_.erase(at);
  // A store that cannot be read holds up what needs it, and nothing else.
  const bool is_there = news.which.stored != 0 && !by_stored_.contains(news.which.stored);
  if (is_there) {
    bring_back(news.which);
    --setup_.shown->sessions_resting;
  }
  for (auto& request : waiting) {
    if (auto* one = find(news.which.tenant, news.which.id); one != nullptr) {
      if (std::holds_alternative<wire::session_open>(request.what))
        open_new_session(request, std::get<wire::session_open>(request.what)); // is told that it is taken
      else
        pass_on(request, *one);
      continue;
    }
    std::visit(overloaded{
                   [&](const wire::run& what) { run_in_new_session(request, what); },
                   [&](const wire::session_open& what) { open_new_session(request, what); },
                   [&](const auto&) {
                     request.from->refuse(request.msgid, news.problem
                                                             ? *news.problem
                                                             : error{error_code::not_found,
                                                                     "there is no session \"" + news.which.id + "\""});
                   },
               },
               request.what);
  }
}

void sessions_state::bring_back(const stored_session& which) {
  add(std::make_shared<session_setup>(session_setup{++last_key_, which.id, which.tenant, lifetime::until_idle,
                                                    std::make_shared<session_card>(), around_, client_request{},
                                                    which.stored, true}),
      which.created_at, which.labels);
}

/// They go on by themselves. The journal reads one after the other, so the first ones go on before the last are read.
void sessions_state::take_over(const unfinished_sessions& news) {
  log::info("sessions go on that were not finished", {{"sessions", std::uint64_t{news.which.size()}}});
  for (const auto& one : news.which)
    if (!by_stored_.contains(one.stored) && find(one.tenant, one.id) == nullptr) bring_back(one);
}

/// Those in memory look after their time themselves.
void sessions_state::on_expired(const expired_sessions& news) {
  remove_expired gone;
  for (const auto stored : news.which)
    if (!by_stored_.contains(stored)) gone.which.push_back(stored);
  caf::anon_send(setup_.journal, std::move(gone));
}

// -- listing ----------------------------------------------------------------------------------------------------------

void sessions_state::list(client_request& request) {
  if (!setup_.settings.sessions.durable) return list_with(request, {}, false);
  list_stored wanted{{}, request.from->who().tenant, std::get<wire::session_list>(request.what).cursor};
  wanted.asked = std::move(request);
  caf::anon_send(setup_.journal, std::move(wanted));
}

namespace {

/// One line of a listing.
struct listed {
  std::string_view id;
  std::string_view status;
  std::uint64_t seq = 0;
  std::int64_t created_at = 0;
  const wire::label_list* labels = nullptr;
};

bool matches(const wire::session_list& what, const listed& one) {
  if (!what.status.empty() && one.status != what.status) return false;
  if (what.label.empty()) return true;
  return std::any_of(one.labels->begin(), one.labels->end(), [&](const auto& label) {
    return label.first + "=" + label.second == what.label || label.first == what.label;
  });
}

} // namespace

/// Both lists in the order of the ids, as one; a session that is in memory is shown as it is there.
void sessions_state::list_with(const client_request& request, const store::pieces& stored, bool more_stored) const {
  const auto& what = std::get<wire::session_list>(request.what);
  const auto& tenant = request.from->who().tenant;
  std::string page;
  std::uint32_t count = 0;
  std::string last;
  auto live = what.cursor.empty() ? sessions_.lower_bound(address{tenant, {}})
                                  : sessions_.upper_bound(address{tenant, what.cursor});
  auto resting = stored.begin();
  const auto live_left = [&] { return live != sessions_.end() && live->first.first == tenant; };
  while ((live_left() || resting != stored.end()) && count < what.limit && page.size() < bounds::page_bytes) {
    listed one;
    wire::label_list labels;
    std::optional<store_index::named> named;
    const auto resting_id = resting == stored.end() ? std::string_view() : store_index::id_in(resting->name, tenant);
    if (live_left() && (resting == stored.end() || live->first.second <= resting_id)) {
      if (live->first.second == resting_id && resting != stored.end()) ++resting;
      const auto& in_memory = live->second;
      one = {live->first.second, name(in_memory.card->status.load()), in_memory.card->seq.load(), in_memory.created_at,
             &in_memory.labels};
      ++live;
    } else {
      named = resting->damaged ? std::nullopt : store_index::unpacked_named(resting->body);
      if (named) fact::unpack_labels(named->labels, labels);
      one = {resting_id, name(session_status::idle), named ? named->seq : 0, named ? named->created_at_ms : 0, &labels};
      ++resting;
    }
    last = one.id;
    if (!matches(what, one)) continue;
    pack::buffer line;
    pack::writer to(line);
    to.map(4).str("session").str(one.id).str("status").str(one.status);
    to.str("seq").number(one.seq).str("created_at").integer(one.created_at);
    page += line.bytes;
    ++count;
  }
  const bool more = (live_left() || resting != stored.end() || more_stored) && !last.empty();
  pack::buffer out;
  pack::writer to(out);
  to.map(more ? 2 : 1).str("sessions").array(count).raw(page);
  if (more) to.str("cursor").str(last);
  request.from->respond(request.msgid, out.bytes);
}

} // namespace enclaved
