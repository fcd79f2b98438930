// Every sentence of the extension, English and Chinese side by side. The language is JupyterLab's own.

/** @typedef {"en" | "zh"} Language */
/** @typedef {(name: keyof typeof WORDS, values?: Record<string, string | number>) => string} Say */

export const WORDS = {
  explore: { en: "Explore", zh: "自由探索" },
  exploreAbout: { en: "A new notebook with everything that there is to see of the small model that comes along.", zh: "新建一个笔记本，展示随包附带的小模型的全部内容。" },
  folder: { en: "Lessons folder", zh: "课程文件夹" },
  folderAbout: { en: "Copies all lessons, in all languages, into a folder here, and opens the first.", zh: "把所有课程（各种语言）复制到此处的一个文件夹，并打开第一课。" },
  folderDone: { en: "All {count} lessons are in {path}.", zh: "全部{count}个课程都在 {path} 中。" },
  folderKept: { en: "All lessons are in {path}. What you had changed there is as it was: {names}.", zh: "所有课程都在 {path} 中。你改过的内容保持原样：{names}。" },
  changed: { en: "This is your own copy of “{title}”, with what you changed in it.", zh: "这是你自己的“{title}”副本，其中保留着你的修改。" },
  fresh: { en: "Open a fresh copy", zh: "打开一份新副本" },
  lessonMissing: { en: "The lesson could not be read: {message}", zh: "无法读取课程：{message}" },
  lessonUnwritten: { en: "The lesson could not be copied to {path}: {message}", zh: "无法把课程复制到 {path}：{message}" },
  top: { en: "this folder", zh: "当前文件夹" },

  panel: { en: "Explorers", zh: "探索器" },
  showPanel: { en: "Show the explorers of running kernels", zh: "显示运行中内核的探索器" },
  empty: { en: "No explorer is alive in a running kernel. Run a cell that makes one, or begin here.", zh: "运行中的内核里没有探索器。运行一个创建探索器的单元格，或从这里开始。" },
  bring: { en: "Bring it here, as a panel beside the notebook", zh: "拿到这里：作为笔记本旁边的面板" },
  bringElsewhere: { en: "Its notebook is not open here, so it can't be shown here", zh: "它的笔记本没有在这里打开，因此无法在这里显示" },
  cancel: { en: "Cancel the run", zh: "取消这次运行" },
  pause: { en: "Pause", zh: "暂停" },
  resume: { en: "Go on", zh: "继续" },
  close: { en: "Close it and free its memory", zh: "关闭它并释放内存" },
  export: { en: "Export as a page into the file browser's folder", zh: "导出为网页，存到文件浏览器的当前文件夹" },
  exportNothing: { en: "There is no finished run to export yet", zh: "还没有可以导出的已完成运行" },
  exporting: { en: "Exporting “{title}”…", zh: "正在导出“{title}”……" },
  exported: { en: "Exported to {path}.", zh: "已导出到 {path}。" },
  exportFailed: { en: "It could not be exported: {message}", zh: "无法导出：{message}" },
  noPicture: { en: "No picture yet", zh: "还没有图片" },
  holds: { en: "holds {size}", zh: "占用 {size}" },
  queued: { en: "waits for its turn", zh: "排队中" },
  running: { en: "running", zh: "运行中" },
  done: { en: "done", zh: "已完成" },
  failed: { en: "failed", zh: "失败" },
  cancelled: { en: "cancelled", zh: "已取消" },
  paused: { en: "paused", zh: "已暂停" },

  trace: { en: "Recorded run", zh: "记录下来的运行" },
  session: { en: "Saved session", zh: "保存的会话" },
  tensors: { en: "Tensors (safetensors)", zh: "张量文件（safetensors）" },
  viewer: { en: "Explorer", zh: "探索器" },
  bringPanel: { en: "Show its panel", zh: "显示它的面板" },
  starting: { en: "Starting Python…", zh: "正在启动 Python……" },
  startingAbout: { en: "{name} gets a Python of its own, which ends when this panel is closed.", zh: "{name} 会用一个单独的 Python，关闭此面板时它随之结束。" },
  opening: { en: "Opening {name}…", zh: "正在打开 {name}……" },
  openingAbout: { en: "Python is loading its libraries, which takes some seconds. It ends when this panel is closed.", zh: "Python 正在加载所需的库，需要几秒钟。关闭此面板时它随之结束。" },
  slow: { en: "This takes unusually long: the computer may be busy or short of memory.", zh: "花的时间异常地长：计算机可能很忙，或内存不足。" },
  noPython: { en: "Jupyter has no kernel for Python here. Install one, and try again: python -m pip install ipykernel", zh: "这里的 Jupyter 没有 Python 内核。请先安装再重试：python -m pip install ipykernel" },
  startFailed: { en: "Python could not be started: {message}", zh: "无法启动 Python：{message}" },
  diedOpening: { en: "Python ended before {name} was open. Its memory may have run out, or its installation may be broken.", zh: "打开 {name} 之前 Python 就结束了。可能是内存不足，或它的安装已损坏。" },
  ended: { en: "What was shown here went with it. {name} itself is as it was.", zh: "这里显示的内容也随之消失。{name} 本身没有变化。" },
  endedHeading: { en: "Python has ended", zh: "Python 已结束" },
  noPackage: {
    en: "The Python of “{python}” has no diffexplain, or one that is too old to open files. Install it there, and try again: python -m pip install --upgrade diffexplain",
    zh: "“{python}”的 Python 没有安装 diffexplain，或版本太旧，不能打开文件。请在其中安装后重试：python -m pip install --upgrade diffexplain",
  },
  noWidgets: {
    en: "Jupyter's widgets are missing from this page. Install them beside JupyterLab, and load the page again: python -m pip install ipywidgets anywidget",
    zh: "此页面缺少 Jupyter 的小组件。请在 JupyterLab 所在的环境中安装，然后刷新页面：python -m pip install ipywidgets anywidget",
  },
  notOpenedHeading: { en: "{name} could not be opened", zh: "无法打开 {name}" },
  again: { en: "Try again", zh: "重试" },
  openAgain: { en: "Open again", zh: "重新打开" },
  openWith: { en: "Open with {python}", zh: "用 {python} 打开" },
  onlyViewed: { en: "{name} is only looked at here. Copy the file in the file browser.", zh: "这里只是查看 {name}。请在文件浏览器中复制该文件。" },
};

/** The language of JupyterLab's locale, where there are words in it. @param {string | undefined} code @returns {Language} */
export const languageOf = (code) => /^zh\b/i.test((code ?? "").replace("_", "-")) ? "zh" : "en";

/** What says a sentence in a language. @param {Language} language @returns {Say} */
export const speaker = (language) => (name, values = {}) => WORDS[name][language].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
