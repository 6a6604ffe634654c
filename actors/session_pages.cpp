// Events that clients ask for or have missed: from memory, and from the store when they have left it.
#include "actors/overloaded.hpp"
#include "actors/session.hpp"

#include <algorithm>
#include <caf/send.hpp>

namespace enclaved {

/// As much as memory has of it, and the rest from the store. Only what clients may know of: what is not durable yet is
/// told when it is.
void session_state::send_page(page_wish wish) {
  while (wish.next <= told_ && wish.next >= history_.first_in_memory() && !is_full(wish)) {
    add_to_page(wish, history_.at(wish.next));
    ++wish.next;
  }
  if (wish.next <= told_ && !is_full(wish)) return read_page(std::move(wish));
  end_page(wish);
}

bool session_state::is_full(const page_wish& wish) {
  const auto* list = std::get_if<wire::session_events>(&wish.asked.what);
  return list != nullptr && (wish.count >= list->limit || wish.page.size() >= bounds::page_bytes);
}

void session_state::add_to_page(page_wish& wish, const history::event& event) const {
  if (const auto* attach = std::get_if<wire::session_attach>(&wish.asked.what)) {
    if ((attach->events & wire::bit(event.type)) != 0) wish.asked.from->notify("event", encoded(wish.next, event));
    return;
  }
  wish.page += encoded(wish.next, event);
  ++wish.count;
}

/// Whoever attached has what it had missed, and follows from here.
void session_state::end_page(const page_wish& wish) {
  const auto& [from, msgid, what] = wish.asked;
  if (const auto* attach = std::get_if<wire::session_attach>(&what)) {
    audience_.join(from, attach->events, attach->tool_mode);
    if (attach->tool_mode == wire::tool_mode::call) ask_again();
    return;
  }
  const bool more = wish.next <= told_;
  pack::buffer out;
  pack::writer to(out);
  to.map(more ? 2 : 1).str("events").array(wish.count).raw(wish.page);
  if (more) to.str("next").number(wish.next);
  from->respond(msgid, out.bytes);
}

/// The entry that the next event stands in, and some of those behind it.
void session_state::read_page(page_wish wish) {
  auto at = std::upper_bound(kept_.begin(), kept_.end(), wish.next,
                             [](std::uint64_t seq, const kept_entry& one) { return seq < one.first_seq; });
  if (at != kept_.begin()) --at;
  wish.entry_seq = at->first_seq;
  const auto token = ++last_token_;
  caf::anon_send(setup_.around->journal, read_session{self_, setup_.key, setup_.stored, at->number, token});
  pages_.emplace(token, std::move(wish));
}

void session_state::on_page(const session_read& news) {
  const auto found = pages_.find(news.token);
  if (found == pages_.end()) return; // its client is gone
  auto wish = std::move(found->second);
  pages_.erase(found);
  const auto before = wish.next;
  auto seq = wish.entry_seq;
  bool readable = !news.problem;
  for (const auto& one : news.entries) {
    fact::list_reader facts(one.body);
    for (fact::any what; readable && facts.next(what);) {
      const auto* it = std::get_if<fact::event>(&what);
      if (it == nullptr) continue;
      if (seq++ != wish.next || wish.next > told_ || wish.next >= history_.first_in_memory() || is_full(wish)) continue;
      add_to_page(wish, {it->type, it->execution, it->time_ms, std::string(it->payload)});
      ++wish.next;
    }
    readable = readable && !one.damaged && facts.ok();
  }
  if (readable && wish.next > before) return send_page(std::move(wish));
  error why{error_code::internal, "event " + std::to_string(wish.next) + " of the session cannot be read"};
  if (std::holds_alternative<wire::session_attach>(wish.asked.what)) {
    audience_.leave(wish.asked.from);
    wish.asked.from->notify("error", payload::failure(why.message, "INTERNAL"));
  } else {
    wish.asked.from->refuse(wish.asked.msgid, news.problem ? *news.problem : why);
  }
}

} // namespace enclaved
