#include "nursery.hpp"

#include "base/pack.hpp"
#include "engine/zygote.hpp"

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

namespace enclaved::test {

namespace {

constexpr int news_descriptor = -2;
constexpr std::int64_t first_pid = 1'000;

std::string framed(const std::function<void(pack::writer&)>& body) {
  pack::buffer news;
  pack::writer to(news);
  body(to);
  const auto length = static_cast<std::uint32_t>(news.bytes.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + news.bytes;
}

} // namespace

class played_zygote final : public engine::nursery {
public:
  explicit played_zygote(played_zygotes& all) : all_(all) {}
  ~played_zygote() override {
    for (auto& [id, one] : all_.processes)
      if (one.pipe.on_closed) one.pipe.on_closed("the other side closed the pipe");
    all_.processes.clear();
    all_.unopened_.clear();
    all_.news_ = {};
  }
  int take_news() override { return news_descriptor; }
  bool fork_worker(std::uint32_t id, int, int memory) override {
    struct stat what {};
    if (fstat(memory, &what) != 0) return false;
    auto& one = all_.processes[id];
    one.memory = std::make_shared<engine::shared_memory>(memory, static_cast<std::size_t>(what.st_size));
    all_.unopened_.push_back(id);
    return true;
  }
  bool kill_worker(std::uint32_t id) override {
    if (const auto at = all_.processes.find(id); at != all_.processes.end()) at->second.asked_to_end = true;
    return true;
  }
  bool ping() override {
    ++all_.unanswered_pings_;
    return true;
  }
  void end() override {}
  engine::toll toll_of(pid_t worker) const override {
    const auto at = all_.processes.find(static_cast<std::uint32_t>(worker - first_pid));
    return at == all_.processes.end() ? engine::toll{} : at->second.used;
  }

private:
  played_zygotes& all_;
};

class played_link final : public link {
public:
  played_link(played_zygotes& all, std::uint32_t id) : all_(all), id_(id) {}
  ~played_link() override {
    if (const auto at = all_.processes.find(id_); at != all_.processes.end()) {
      at->second.closed = true;
      at->second.pipe = {};
    }
  }
  bool send(std::string_view frames) override {
    const auto at = all_.processes.find(id_);
    if (at == all_.processes.end()) return false;
    auto& one = at->second;
    while (const auto frame = take_frame(frames)) {
      ++one.frames;
      engine::pipe::start_frame start;
      engine::pipe::resume_frame resume;
      if (engine::pipe::read_start(*frame, start))
        one.jobs.push_back(start.job);
      else if (engine::pipe::read_resume(*frame, resume))
        one.jobs.push_back(resume.job);
    }
    return true;
  }

private:
  played_zygotes& all_;
  std::uint32_t id_;
};

class news_link final : public link {
public:
  bool send(std::string_view) override { return true; }
};

result<std::unique_ptr<engine::nursery>> played_zygotes::launch() {
  ++launched;
  if (launch_fails) return error{error_code::unavailable, "no processes are left"};
  told_ready_ = false;
  unanswered_pings_ = 0;
  return std::unique_ptr<engine::nursery>(std::make_unique<played_zygote>(*this));
}

std::unique_ptr<link> played_zygotes::open(int descriptor, link_handlers handlers) {
  if (descriptor == news_descriptor) {
    news_ = std::move(handlers);
    return std::make_unique<news_link>();
  }
  ::close(descriptor);
  const auto id = unopened_.front();
  unopened_.pop_front();
  processes[id].pipe = std::move(handlers);
  return std::make_unique<played_link>(*this, id);
}

void played_zygotes::live() {
  if (!news_.on_frames || !answers) return;
  if (!std::exchange(told_ready_, true))
    tell(framed([](pack::writer& to) {
      to.array(4).number(1).number(engine::zygote_version).number(engine::sandbox::all_layers).number(77);
    }));
  for (; unanswered_pings_ > 0; --unanswered_pings_) tell(framed([](pack::writer& to) { to.array(1).number(5); }));
  std::vector<std::pair<std::uint32_t, int>> ended;
  for (auto& [id, one] : processes) {
    if (births_fail && !one.spoke) {
      ended.emplace_back(id, SIGKILL);
      continue;
    }
    if (one.pipe.on_frames && !std::exchange(one.spoke, true)) {
      ++born;
      tell(framed([id = id](pack::writer& to) { to.array(3).number(2).number(id).integer(first_pid + id); }));
      std::string hello;
      engine::pipe::put_ready(hello, 77);
      one.pipe.on_frames(hello);
    }
    if (one.asked_to_end)
      ended.emplace_back(id, SIGKILL);
    else if (one.closed)
      ended.emplace_back(id, 0);
  }
  for (const auto& [id, status] : ended) ends(id, status);
}

void played_zygotes::tell(std::string_view news) { news_.on_frames(news); }

void played_zygotes::ends(std::uint32_t id, int status) {
  if (const auto at = processes.find(id); at != processes.end() && at->second.pipe.on_closed)
    at->second.pipe.on_closed("the other side closed the pipe");
  processes.erase(id);
  tell(framed([id, status](pack::writer& to) { to.array(3).number(4).number(id).integer(status); }));
}

} // namespace enclaved::test
