-- The book's filter: numbers, captions, references and blocks, as Quarto makes them.
--
-- Input: the whole book, each chapter a Div with class "ra-chapter" and the attributes file, page
-- and appendix; metadata ra-mode (html, docx, typst), ra-depth (numbered levels), ra-csv (labels
-- of tables that can be downloaded). Output: the same with everything resolved, and metadata
-- ra-index (JSON): chapters, headings, labels, images and problems. It never stops by itself:
-- the caller reads the problems.

local mode, depth, csv = "html", 6, {}
local index = { chapters = {}, labels = {}, images = {}, problems = {} }
local subset, chapter_of_file = nil, {}
local KINDS = { fig = "Figure", tbl = "Table", sec = "Section" }
local CALLOUTS = { note = "Note", tip = "Tip", important = "Important", warning = "Warning",
  caution = "Caution" }
local NBSP, BREAK = "\u{a0}", "\u{200b}"
local ROOM_FOR_NOTE = 0.6 -- of the line in Word, for a narrow table with a note below
local LINE, CELL_MARGIN = { docx = 88, typst = 100 }, 3 -- letters that a line of a table holds

local function problem(chapter, what, found)
  table.insert(index.problems, { file = chapter.file, what = what, found = found or "" })
end

local function html(text) return pandoc.RawBlock("html", text) end

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ["\""] = "&quot;" }))
end

local function kind_of(id) return id:match("^(%l+)%-") end

-- The path from one page of the book to another.
local function relative(from, to)
  local up = select(2, from:gsub("/", ""))
  local a, b = from:match("^(.*/)"), to:match("^(.*/)")
  if a == b then return to:match("[^/]*$") end
  return ("../"):rep(up) .. to
end

local function joined(folder, path)
  local parts = {}
  for step in (folder .. "/" .. path):gmatch("[^/]+") do
    if step == ".." and #parts > 0 then table.remove(parts)
    elseif step ~= "." then table.insert(parts, step) end
  end
  return table.concat(parts, "/")
end

local function folder_of(file) return file:match("^(.*)/[^/]*$") or "" end

local function contains(list, item)
  for _, one in ipairs(list) do if one == item then return true end end
  return false
end

-- Pass 1: count and collect -------------------------------------------------------------------

local function add_label(chapter, id, number, kind, caption)
  if index.labels[id] then
    problem(chapter, "A label is used twice in the book.",
      id .. ", also in " .. index.labels[id].file)
  end
  index.labels[id] = { file = chapter.file, page = chapter.page, number = number, kind = kind,
    numbered = chapter.label ~= "", caption = caption }
end

local function number_text(chapter, section, level)
  local parts = { chapter.label }
  for i = 2, level do table.insert(parts, tostring(section[i])) end
  return table.concat(parts, ".")
end

local function count_header(chapter, header)
  local level, id = header.level, header.identifier
  local numbered = not header.classes:includes("unnumbered")
  for _, class in ipairs(header.classes) do
    if not contains(subset.heading_classes, class) then
      problem(chapter, "A heading's class is not in the shared subset.", "." .. class)
    end
  end
  local text = pandoc.utils.stringify(header)
  if level == 1 then
    if chapter.title then
      problem(chapter, "A chapter has more than one heading of level one.", text)
    end
    chapter.title, chapter.id = text, id
    if numbered then
      local which = chapter.appendix and "appendices" or "numbered"
      index[which] = (index[which] or 0) + 1
      chapter.label = chapter.appendix and string.char(64 + index[which]) or tostring(index[which])
    end
  else
    if level > chapter.level + 1 then
      problem(chapter, "A heading skips a level.", text)
    end
    if numbered and chapter.label ~= "" then
      for i = level + 1, 6 do chapter.section[i] = 0 end
      chapter.section[level] = chapter.section[level] + 1
    end
  end
  chapter.level = level
  local number = numbered and chapter.label ~= "" and number_text(chapter, chapter.section, level) or ""
  if kind_of(id) == "sec" and number ~= "" then
    local kind = level > 1 and "Section" or chapter.appendix and "Appendix" or "Chapter"
    add_label(chapter, id, number, kind, text)
  end
  table.insert(chapter.headings, { level = level, id = id, text = text,
    number = level <= depth and number or "", listed = not header.classes:includes("unlisted") })
end

local function count_float(chapter, id, caption)
  local kind = kind_of(id)
  chapter.count[kind] = (chapter.count[kind] or 0) + 1
  local number = tostring(chapter.count[kind])
  if chapter.label ~= "" then number = chapter.label .. "." .. number end
  add_label(chapter, id, number, KINDS[kind], caption)
end

local function is_float(id) return kind_of(id) == "fig" or kind_of(id) == "tbl" end

local function div_kind(div)
  for _, class in ipairs(div.classes) do
    if class:match("^callout%-") then return "callout" end
    if class == "panel-tabset" then return "tabset" end
  end
  return is_float(div.identifier) and "float" or "plain"
end

local function check_div(chapter, div)
  for _, class in ipairs(div.classes) do
    if not contains(subset.div_classes, class) then
      problem(chapter, "A div class is not in the subset that both renderers share.", "." .. class)
    end
  end
  if div_kind(div) == "callout" then
    for key in pairs(div.attributes) do
      if not contains(subset.callout_options, key) then
        problem(chapter, "A callout's option is not in the shared subset.", key)
      end
    end
  end
end

-- The float's content and its caption, which is the last paragraph of the div.
local function float_parts(div)
  local last = div.content[#div.content]
  if #div.content < 2 or not last or (last.t ~= "Para" and last.t ~= "Plain") then return nil end
  local content = div.content:clone()
  content:remove(#content)
  return content, last.content
end

local function count_table(chapter, tbl)
  if kind_of(tbl.identifier) == "tbl" then
    if #tbl.caption.long == 0 then problem(chapter, "A table has no caption.", tbl.identifier) end
    count_float(chapter, tbl.identifier, pandoc.utils.stringify(tbl.caption.long))
  end
end

local walk

-- Headings inside callouts and tabsets are titles, not sections.
local function walk_div(chapter, div, titles)
  check_div(chapter, div)
  local kind = div_kind(div)
  if kind == "float" then
    local content, caption = float_parts(div)
    if not content then problem(chapter, "A figure or table has no caption.", div.identifier) end
    count_float(chapter, div.identifier, caption and pandoc.utils.stringify(caption) or "")
  else
    walk(chapter, div.content, titles or kind ~= "plain")
  end
end

walk = function(chapter, blocks, titles)
  for _, block in ipairs(blocks) do
    if block.t == "Header" and not titles then count_header(chapter, block)
    elseif block.t == "Div" then walk_div(chapter, block, titles)
    elseif block.t == "Figure" then
      local id = block.identifier
      if is_float(id) then count_float(chapter, id, pandoc.utils.stringify(block.caption.long)) end
    elseif block.t == "Table" then count_table(chapter, block)
    elseif block.t == "BlockQuote" then walk(chapter, block.content, titles)
    elseif block.t == "BulletList" or block.t == "OrderedList" then
      for _, item in ipairs(block.content) do walk(chapter, item, titles) end
    end
  end
end

local function collect(div)
  local chapter = { file = div.attributes.file, page = div.attributes.page, label = "", level = 1,
    appendix = div.attributes.appendix == "true", section = { 0, 0, 0, 0, 0, 0 }, count = {},
    headings = {} }
  table.insert(index.chapters, chapter)
  chapter_of_file[chapter.file] = chapter
  local first = div.content[1]
  if not first or first.t ~= "Header" or first.level ~= 1 then
    problem(chapter, "A chapter does not begin with a heading of level one.",
      first and pandoc.utils.stringify(first):sub(1, 60) or "nothing")
  end
  walk(chapter, div.content, false)
end

-- Pass 2: resolve -----------------------------------------------------------------------------

local function anchor(chapter, id)
  if mode == "html" or is_float(id) or kind_of(id) == "sec" or id == "refs" then return id end
  return chapter.key .. "--" .. id
end

local function target_of(chapter, page, id, target)
  if mode ~= "html" then return "#" .. (id ~= "" and anchor(target, id) or target.key) end
  local hash = id ~= "" and "#" .. id or ""
  if page == chapter.page then return hash ~= "" and hash or relative(page, page) end
  return relative(chapter.page, page) .. hash
end

local function reference(chapter, citation)
  local id = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
  local label = index.labels[id]
  if not label then
    problem(chapter, "A reference leads nowhere.", "@" .. citation.id)
    return { pandoc.Str("@" .. citation.id) }
  end
  if chapter.label == "" then
    problem(chapter, "A chapter without a number makes a numbered reference, which Quarto cannot"
      .. " print; use an ordinary link.", "@" .. citation.id)
  elseif not label.numbered then
    problem(chapter, "A reference leads into a chapter without a number.", "@" .. citation.id)
  end
  local text = pandoc.Inlines {}
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str(NBSP))
  elseif citation.mode ~= "SuppressAuthor" then
    text:insert(pandoc.Str(label.kind .. NBSP))
  end
  text:insert(pandoc.Str(label.number))
  local whole = label.kind == "Chapter" or label.kind == "Appendix"
  local to = chapter_of_file[label.file]
  local hash = (mode == "html" and whole and to ~= chapter) and "" or id
  return { pandoc.Link(text, target_of(chapter, label.page, hash, to), "", { class = "xref" }) }
end

local function resolve_cite(chapter, cite)
  local found, kept = pandoc.Inlines {}, 0
  for _, citation in ipairs(cite.citations) do
    local kind = kind_of(citation.id:lower())
    if kind and contains(subset.references, kind) then
      if #found > 0 then found:extend { pandoc.Str(","), pandoc.Space() } end
      found:extend(reference(chapter, citation))
    elseif kind and contains(subset.other_references, kind) then
      problem(chapter, "A kind of reference is not in the shared subset.", "@" .. citation.id)
      found:insert(pandoc.Str("@" .. citation.id))
    else
      kept = kept + 1
    end
  end
  if #found > 0 and kept > 0 then
    problem(chapter, "References and citations stand in one bracket.", pandoc.utils.stringify(cite))
  end
  if #found > 0 then return found end
end

local function resolve_link(chapter, link)
  if link.classes:includes("xref") then return nil end
  local path, id = link.target:match("^([^#]*)#?(.*)$")
  if path:match("^%a[%w+.-]*:") then return nil end
  local label = link.classes:includes("download") and index.labels[path:match("tables/(.*)%.csv$")]
  if label then
    link.content[1] = pandoc.Str(label.kind .. NBSP .. label.number .. ":")
  end
  if path:match("%.qmd$") or path:match("%.ipynb$") then
    local file = joined(folder_of(chapter.file), path)
    local to = chapter_of_file[file]
    if to then
      link.target = target_of(chapter, to.page, id, to)
    elseif path:match("%.qmd$") or not link.classes:includes("download") then
      problem(chapter, "A link leads to a file that is no chapter.", link.target)
    end
  elseif path == "" and id ~= "" then
    link.target = "#" .. anchor(chapter, id)
  elseif mode ~= "html" then
    return link.content
  end
  return link
end

local function resolve_image(chapter, image, required)
  local alt = image.attributes["fig-alt"] or image.attributes.alt
  if not alt and not required then alt = pandoc.utils.stringify(image.caption) end
  if not alt or alt == "" then problem(chapter, "A figure has no alternative text.", image.src) end
  if image.src:match("^%a+://") then problem(chapter, "An image is not local.", image.src) end
  table.insert(index.images, { file = chapter.file, src = image.src })
  image.attributes["fig-alt"] = nil
  image.attributes.alt = alt or ""
  image.caption = { pandoc.Str(alt or "") }
  image.title = ""
  if mode == "html" then
    image.caption = {}
  else
    image.src = joined(folder_of(chapter.file), image.src)
    if mode == "docx" then image.src = image.src:gsub("%.svg$", ".png") end
    if mode == "typst" then
      local text = (alt or ""):gsub('["\\]', "\\%0")
      return pandoc.RawInline("typst", '#image("' .. image.src .. '", alt: "' .. text .. '")')
    end
  end
  return image
end

local function numbered_caption(id, caption)
  local label = index.labels[id]
  local name = { pandoc.Str(label.kind .. NBSP .. label.number .. ":") }
  local text = pandoc.Inlines {
    mode == "html" and pandoc.Span(name, { class = "float-label" }) or pandoc.Strong(name),
    pandoc.Space() }
  text:extend(caption)
  return text
end

local function download(chapter, id)
  if not contains(csv, id) then return html("") end
  local path = relative(chapter.page, "tables/" .. id .. ".csv")
  local what = index.labels[id].kind .. " " .. index.labels[id].number
  return html('<p class="float-download"><a href="' .. path .. '" download>Download the numbers of '
    .. what .. " (CSV)</a></p>")
end

local function html_float(chapter, id, content, caption)
  local kind = kind_of(id)
  local figcaption = { html("<figcaption>"), pandoc.Plain(numbered_caption(id, caption)),
    html("</figcaption>") }
  local blocks = pandoc.Blocks { html('<figure id="' .. id .. '" class="float float-' .. kind .. '">') }
  if kind == "tbl" then blocks:extend(figcaption) end
  local label = escape(index.labels[id].kind .. " " .. index.labels[id].number)
  blocks:insert(html('<div class="scroll" role="region" tabindex="0" aria-label="' .. label .. '">'))
  blocks:extend(content)
  blocks:insert(html("</div>"))
  if kind == "fig" then blocks:extend(figcaption) end
  blocks:extend { download(chapter, id), html("</figure>") }
  return blocks
end

-- Real tables for Word and PDF from the HTML of an output.
local function parsed_html(text)
  for _, side in ipairs { "right", "center", "left" } do
    text = text:gsub("(<t[hd][^>]-)(class=\"[^\"]-gt_" .. side .. ")", "%1align=\"" .. side .. "\" %2")
  end
  local blocks = pandoc.read(text, "html-native_divs-native_spans").blocks
  return blocks:walk { Table = function(tbl)
    for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], nil } end
    for _, body in ipairs(tbl.bodies) do
      local rows = body.head:clone() -- pandoc.List(body.head) would be the head itself
      rows:extend(body.body)
      for _, row in ipairs(rows) do
        local cell = row.cells[1]
        if #row.cells == 1 and cell.col_span > 1 then -- the heading of a group of rows
          cell.contents = { pandoc.Plain { pandoc.Strong(pandoc.utils.blocks_to_inlines(cell.contents)) } }
        end
      end
    end
    return tbl
  end }
end

-- What a column asks for, in characters: to print its longest cell on one line, and at least to
-- keep words and numbers whole. Columns under one head share its length; cells over all columns
-- (notes, groups) ask for nothing.
local function measure(rows, columns, want, least)
  local below = {} -- by column: how many rows a cell from above still covers
  for _, row in ipairs(rows) do
    local i = 1
    local function skip_covered()
      while (below[i] or 0) > 0 do
        below[i] = below[i] - 1
        i = i + 1
      end
    end
    for _, cell in ipairs(row.cells) do
      skip_covered()
      local text = pandoc.utils.stringify(cell.contents):gsub(BREAK, " ") -- a name may be broken there
      local length = utf8.len(text) or #text
      if cell.col_span > 1 and cell.col_span < columns then
        for k = i, i + cell.col_span - 1 do
          want[k] = math.max(want[k] or 0, math.ceil(length / cell.col_span))
        end
      elseif cell.col_span == 1 then
        local number = length <= 18 and text:match("^[%d<]")
        want[i] = math.max(want[i] or 0, length)
        for word in text:gmatch(number and ".+" or "%S+") do
          least[i] = math.max(least[i] or 0, utf8.len(word) or #word)
        end
      end
      for k = i, i + cell.col_span - 1 do below[k] = cell.row_span - 1 end
      i = i + cell.col_span
    end
    skip_covered()
  end
end

-- Word and Typst keep the widths they are given; left alone, Typst gives what a note under the
-- table asks for to the last column. A table that is too wide takes from its widest columns; what
-- becomes of a narrow one in the PDF is for book.typ, which sees here how narrow it is.
local function set_widths(tbl)
  local want, least, share, total, line = {}, {}, {}, 0, LINE[mode]
  measure(tbl.head.rows, #tbl.colspecs, want, least)
  for _, body in ipairs(tbl.bodies) do
    local rows = body.head:clone()
    rows:extend(body.body)
    measure(rows, #tbl.colspecs, want, least)
  end
  for limit = line, 6, -1 do
    total = 0
    for i = 1, #tbl.colspecs do
      share[i] = math.max(least[i] or 0, math.min(want[i] or 0, limit), 6) + CELL_MARGIN
      total = total + share[i]
    end
    if total <= line then break end
  end
  local noted = mode == "docx" and #tbl.foot.rows > 0
  local used = math.max(math.min(total / line, 1), noted and ROOM_FOR_NOTE or 0)
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], used * share[i] / total } end
  return tbl
end

local function typst(text) return pandoc.RawBlock("typst", text) end

-- What Typst does not know of a table by itself: every row of its head is bold, a head over
-- several columns has a rule, a row before the head says on later pages that the table goes on.
local function dress_table(tbl)
  local label = index.labels[tbl.identifier]
  for number, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      local text = pandoc.Plain { pandoc.Strong(pandoc.utils.blocks_to_inlines(cell.contents)) }
      local spanner = cell.col_span > 1 and number < #tbl.head.rows
      cell.contents = spanner and { typst("#spanner["), text, typst("]") } or { text }
      cell.attr.attributes["typst:stroke"] = number == 1 and "(top: table-rule)" or "none"
    end
  end
  for number, row in ipairs(tbl.foot.rows) do
    local stroke = number == 1 and "(top: table-rule)" or "none"
    for _, cell in ipairs(row.cells) do cell.attr.attributes["typst:stroke"] = stroke end
  end
  if label and #tbl.head.rows > 0 then
    local name = label.kind .. NBSP .. label.number
    local cell = pandoc.Cell({ typst("#continued[" .. name .. "]") }, "AlignLeft", 1, #tbl.colspecs,
      { ["typst:inset"] = "0pt", ["typst:stroke"] = "none" })
    tbl.head.rows:insert(1, pandoc.Row { cell })
  end
  return tbl
end

local function document_float(id, content, caption)
  local text = numbered_caption(id, caption)
  if kind_of(id) == "tbl" then
    local blocks = content:walk { RawBlock = function(raw) return parsed_html(raw.text) end }
    local done = false
    blocks = blocks:walk { Table = function(tbl)
      if done then return nil end
      done = true
      tbl.caption = { long = { pandoc.Plain(text) } }
      tbl.identifier = id
      return tbl
    end }
    if done then return blocks end
    content = blocks
  end
  return { pandoc.Figure(content, { long = { pandoc.Plain(text) } }, { id = id }) }
end

local function float(chapter, id, content, caption)
  if mode == "html" then return html_float(chapter, id, content, caption) end
  return document_float(id, content, caption)
end

local function callout(div)
  local name = "note"
  for _, class in ipairs(div.classes) do name = class:match("^callout%-(.*)$") or name end
  local content, title = div.content:clone(), { pandoc.Str(CALLOUTS[name] or name) }
  if div.attributes.title then
    title = pandoc.read(div.attributes.title, "markdown").blocks[1].content
  elseif content[1] and content[1].t == "Header" then
    title = content[1].content
    content:remove(1)
  end
  if mode == "typst" then
    local blocks = pandoc.Blocks { pandoc.RawBlock("typst", '#callout("' .. name .. '")['),
      pandoc.Para { pandoc.Strong(title) } }
    blocks:extend(content)
    blocks:insert(pandoc.RawBlock("typst", "]"))
    return blocks
  elseif mode == "docx" then
    content:insert(1, pandoc.Para { pandoc.Strong(title) })
    return pandoc.Div(content, { ["custom-style"] = "Callout" })
  end
  local class = ' class="callout callout-' .. name .. '"'
  local collapse = div.attributes.collapse
  local blocks = pandoc.Blocks {}
  if collapse then
    local open = collapse == "false" and " open" or ""
    blocks:extend { html("<details" .. class .. open .. '><summary class="callout-title">'),
      pandoc.Plain(title), html("</summary>") }
  else
    blocks:extend { html("<aside" .. class .. ' aria-label="' .. escape(pandoc.utils.stringify(title))
      .. '"><p class="callout-title">'), pandoc.Plain(title), html("</p>") }
  end
  blocks:insert(pandoc.Div(content, { class = "callout-body" }))
  blocks:insert(html(collapse and "</details>" or "</aside>"))
  return blocks
end

local function tabset(div)
  local blocks = pandoc.Blocks {}
  local open = false
  if mode == "html" then blocks:insert(html('<div class="tabset">')) end
  for _, block in ipairs(div.content) do
    if block.t == "Header" then
      if mode == "html" then
        if open then blocks:insert(html("</section>")) end
        local name = escape(pandoc.utils.stringify(block))
        blocks:insert(html('<section class="tab" data-title="' .. name .. '"><p class="tab-title">'
          .. name .. "</p>"))
        open = true
      else
        blocks:insert(pandoc.Para { pandoc.Strong(block.content) })
      end
    else
      blocks:insert(block)
    end
  end
  if mode == "html" then
    if open then blocks:insert(html("</section>")) end
    blocks:insert(html("</div>"))
  end
  return blocks
end

local function resolve_div(chapter, div)
  local kind = div_kind(div)
  if kind == "callout" then return callout(div) end
  if kind == "tabset" then return tabset(div) end
  if kind == "float" then
    local content, caption = float_parts(div)
    if content then return float(chapter, div.identifier, content, caption), false end
  end
  if mode ~= "html" and div.classes:includes("ra-detail") then return {} end -- for pages only
  if mode == "docx" and div.classes[1] then div.attributes["custom-style"] = div.classes[1] end
  return div
end

local function resolve_table(chapter, tbl)
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end) -- not from dashes
  if kind_of(tbl.identifier) ~= "tbl" then
    if mode ~= "html" then return tbl end
    return { html('<div class="scroll" role="region" tabindex="0" aria-label="Table">'), tbl,
      html("</div>") }, false
  end
  local caption, id = pandoc.utils.blocks_to_inlines(tbl.caption.long), tbl.identifier
  if not index.labels[id] then return nil end
  tbl.caption = { long = {} }
  tbl.identifier = ""
  return float(chapter, id, pandoc.Blocks { tbl }, caption), false
end

local function resolve_figure(chapter, figure)
  local id = figure.identifier
  if not is_float(id) or not index.labels[id] then return nil end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  return float(chapter, id, figure.content, caption), false
end

local function resolve_header(chapter, header)
  local entry
  for _, heading in ipairs(chapter.headings) do
    if heading.id == header.identifier and heading.level == header.level then entry = heading end
  end
  local number = entry and entry.number or ""
  if number ~= "" then
    local text = header.content:clone()
    if header.level > 1 then
      text:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" }))
      text:insert(2, pandoc.Space())
    elseif chapter.appendix then
      text:insert(1, pandoc.Span({ pandoc.Str("Appendix" .. NBSP .. number) }, { class = "chapter-number" }))
      text:insert(2, pandoc.Str(" — "))
    else
      text:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "chapter-number" }))
      text:insert(2, pandoc.Str(NBSP .. " "))
    end
    header.content = text
  end
  if mode ~= "html" then
    header.identifier = header.level == 1 and chapter.key or anchor(chapter, header.identifier)
  end
  return header
end

local function check_raw(chapter, raw)
  if raw.text:match("^%s*<!%-%-") then return {} end
  if raw.format ~= "html" then
    problem(chapter, "Raw text of a format is not in the shared subset.", raw.format)
  elseif raw.t == "RawInline" or not chapter.file:match("%.ipynb$") then
    problem(chapter, "A chapter holds raw HTML.", raw.text:sub(1, 60))
  end
end

-- A formula with its TeX as alternative text, which a tagged PDF must have.
local function formula(math)
  local typst = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "typst"):gsub("%s+$", "")
  local alt = math.text:gsub("%s+", " "):gsub('["\\]', "\\%0")
  local block = math.mathtype == "DisplayMath" and "true" or "false"
  return pandoc.RawInline("typst",
    "#math.equation(block: " .. block .. ', alt: "' .. alt .. '", ' .. typst .. ".body)")
end

local function check_span(chapter, span)
  for _, class in ipairs(span.classes) do
    if not contains(subset.span_classes, class) then
      problem(chapter, "A span class is not in the shared subset.", "." .. class)
    end
  end
end

-- In a document the mark of what a synthetic number rests on is text in brackets.
local function document_mark(span)
  if span.classes:includes("provenance") and span.content[1].t ~= "Superscript" then
    span.content:insert(1, pandoc.Str("["))
    span.content:insert(pandoc.Str("]"))
    return span.content
  end
end

local function resolve(div)
  local chapter = chapter_of_file[div.attributes.file]
  local function with(action, ...)
    local rest = { ... }
    return function(element) return action(chapter, element, table.unpack(rest)) end
  end
  div = div:walk { RawInline = with(check_raw), RawBlock = with(check_raw), Span = with(check_span) }
  div = div:walk { traverse = "topdown", Image = with(resolve_image, false), Figure = function(figure)
    return figure:walk { Image = with(resolve_image, is_float(figure.identifier)) }, false
  end }
  div = div:walk { Cite = with(resolve_cite) }
  div = div:walk { Link = with(resolve_link), Header = with(resolve_header) }
  local content = div.content:walk { traverse = "topdown", Div = with(resolve_div),
    Figure = with(resolve_figure), Table = with(resolve_table) }
  if mode == "typst" then content = content:walk { Math = formula } end
  if mode ~= "html" then content = content:walk { Span = document_mark } end
  if mode ~= "html" then
    content = content:walk { RawBlock = function(raw)
      return raw.format == "html" and parsed_html(raw.text) or nil
    end }
    content = content:walk { Table = set_widths }
    if mode == "typst" then content = content:walk { Table = dress_table } end
  end
  return pandoc.Div(content, { class = "ra-chapter", page = chapter.page })
end

local function strings(list)
  local found = {}
  for _, item in ipairs(list or {}) do table.insert(found, pandoc.utils.stringify(item)) end
  return found
end

function Pandoc(doc)
  mode = pandoc.utils.stringify(doc.meta["ra-mode"])
  depth = tonumber(pandoc.utils.stringify(doc.meta["ra-depth"]))
  csv = strings(doc.meta["ra-csv"])
  subset = {}
  for key, list in pairs(doc.meta["ra-subset"]) do subset[key] = strings(list) end
  for number, div in ipairs(doc.blocks) do
    collect(div)
    local chapter = index.chapters[number]
    chapter.key = kind_of(chapter.id or "") == "sec" and chapter.id or "chapter-" .. number
  end
  local blocks = pandoc.Blocks {}
  for _, div in ipairs(doc.blocks) do blocks:insert(resolve(div)) end
  doc.blocks = blocks
  doc.meta["ra-index"] = pandoc.MetaString(pandoc.json.encode(index))
  return doc
end
