// The program one would write for the migration in Go: net/url, golang-jwt, workers that share the lines, order kept.
//
//	peer WORKERS LIST MAP SECRET-FILE NOW
package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt"
)

const batchSize = 256

type claims struct {
	Sub        string            `json:"sub"`
	Iss        string            `json:"iss"`
	Jti        string            `json:"jti"`
	Iat        int64             `json:"iat"`
	Exp        int64             `json:"exp"`
	Account    string            `json:"account_type,omitempty"`
	Teams      []string          `json:"teams,omitempty"`
	Attributes map[string]string `json:"user_attributes,omitempty"`
	Connection string            `json:"eval_connection_id,omitempty"`
	First      string            `json:"first_name,omitempty"`
	Last       string            `json:"last_name,omitempty"`
}

// Valid is for parsing, which nothing here does.
func (claims) Valid() error { return nil }

type workbook struct{ org, id string }

type converter struct {
	workbooks map[string]workbook
	secret    []byte
	now       int64
}

var kept = map[string]bool{}

func init() {
	names := "hide_bookmarks hide_explore_toggle hide_folder_navigation hide_menu hide_tooltip lng lng_variant menu_position " +
		"responsive_height theme disable_mobile_view disable_auto_refresh hide_page_controls hide_reload_button hide_title " +
		"hide_view_select page_id view_id explore bookmark"
	for _, name := range strings.Fields(names) {
		kept[name] = true
	}
}

func (c *converter) verify(line string) error {
	end := strings.LastIndex(line, "&")
	_, signature, found := strings.Cut(line[end+1:], "signature=")
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte(line[:end]))
	given, err := hex.DecodeString(signature)
	if err != nil || !found || !hmac.Equal(mac.Sum(nil), given) {
		return errors.New("the signature does not verify")
	}
	return nil
}

func (c *converter) path(old string) string {
	parts := strings.Split(old, "/")
	target := c.workbooks[parts[2]]
	path := "/" + target.org + "/workbook/"
	if parts[len(parts)-1] == "edit" {
		return path + parts[4][strings.LastIndex(parts[4], "-")+1:] + "/edit"
	}
	if len(parts) > 4 && parts[3] == "tag" {
		return path + target.id + "/tag/" + parts[4]
	}
	return path + target.id
}

// Not QueryEscape as it is: Sigma needs literal colons and commas.
var literal = strings.NewReplacer("+", "%20", "%3A", ":", "%2C", ",")

func (c *converter) convert(line string) (string, error) {
	if err := c.verify(line); err != nil {
		return "", err
	}
	parsed, err := url.Parse(line)
	if err != nil {
		return "", err
	}
	token := claims{Iat: c.now, Attributes: map[string]string{}}
	session, footer, position := int64(3600), "", false
	var rest strings.Builder
	for _, pair := range strings.Split(parsed.RawQuery, "&") {
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, keyErr := url.QueryUnescape(rawKey)
		value, valueErr := url.QueryUnescape(rawValue)
		if keyErr != nil || valueErr != nil {
			return "", errors.New("a broken escape")
		}
		name := strings.TrimPrefix(key, ":")
		switch {
		case name == key || kept[name]:
			position = position || name == "menu_position"
			rest.WriteString("&" + key + "=" + literal.Replace(url.QueryEscape(value)))
		case strings.HasPrefix(name, "ua_"):
			token.Attributes[name[3:]] = value
		case name == "user_attributes":
			err = json.Unmarshal([]byte(value), &token.Attributes)
		case name == "email":
			token.Sub = value
		case name == "client_id":
			token.Iss = value
		case name == "nonce":
			token.Jti = value
		case name == "account_type":
			token.Account = value
		case name == "external_user_team" || name == "teams":
			for _, team := range strings.Split(value, ",") {
				token.Teams = append(token.Teams, strings.TrimSpace(team))
			}
		case name == "session_length":
			session, err = strconv.ParseInt(value, 10, 64)
		case name == "eval_connection_id":
			token.Connection = value
		case name == "first_name":
			token.First = value
		case name == "last_name":
			token.Last = value
		case name == "show_footer":
			footer = value
		}
		if err != nil {
			return "", err
		}
	}
	if session > 2_592_000 {
		session = 2_592_000
	}
	token.Exp = c.now + session
	if !position && footer == "false" {
		rest.WriteString("&:menu_position=none")
	} else if !position {
		rest.WriteString("&:menu_position=bottom")
	}
	unsigned := jwt.NewWithClaims(jwt.SigningMethodHS256, token)
	unsigned.Header["kid"] = token.Iss
	signed, err := unsigned.SignedString(c.secret)
	if err != nil {
		return "", err
	}
	return parsed.Scheme + "://" + parsed.Host + c.path(parsed.Path) + "?:jwt=" + signed + "&:embed=true" + rest.String(), nil
}

type batch struct {
	lines []string
	done  chan string
}

// lines gives the URLs of the list to `each`.
func lines(list string, each func(string)) {
	file := must(os.Open(list))
	if strings.HasSuffix(list, ".csv") {
		rows := csv.NewReader(bufio.NewReader(file))
		column := -1
		for number, name := range must(rows.Read()) {
			if name == "url" {
				column = number
			}
		}
		for {
			row, err := rows.Read()
			if err == io.EOF {
				return
			}
			each(must(row, err)[column])
		}
	}
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		each(scanner.Text())
	}
	if scanner.Err() != nil {
		log.Fatal(scanner.Err())
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	workers := must(strconv.Atoi(os.Args[1]))
	c := converter{workbooks: map[string]workbook{}, secret: must(os.ReadFile(os.Args[4])), now: must(strconv.ParseInt(os.Args[5], 10, 64))}
	for _, row := range must(csv.NewReader(must(os.Open(os.Args[3]))).ReadAll())[1:] {
		c.workbooks[row[0]] = workbook{row[1], row[2]}
	}

	todo, ordered := make(chan batch, workers), make(chan batch, 4*workers)
	for worker := 0; worker < workers; worker++ {
		go func() {
			for work := range todo {
				var out strings.Builder
				for _, line := range work.lines {
					out.WriteString(must(c.convert(line)) + "\n")
				}
				work.done <- out.String()
			}
		}()
	}
	go func() {
		var pending []string
		send := func() {
			work := batch{pending, make(chan string, 1)}
			ordered <- work
			todo <- work
			pending = nil
		}
		lines(os.Args[2], func(line string) {
			if pending = append(pending, line); len(pending) == batchSize {
				send()
			}
		})
		send()
		close(ordered)
	}()
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	for work := range ordered {
		must(out.WriteString(<-work.done))
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
