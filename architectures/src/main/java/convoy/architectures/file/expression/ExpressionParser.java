package convoy.architectures.file.expression;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an expression from left to right, each kind by a method of its own; none is longer or deeper than somebody would write it. */
final class ExpressionParser {
    private static final int LONGEST = 1000;
    private static final int DEEPEST = 60;

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:([0-9]+\\.?[0-9]*(?:[eE][-+]?[0-9]{1,3})?)|([A-Za-z_][A-Za-z0-9_]*)|('[^']*')|(//|==|!=|<=|>=|[-+*/%<>()\\[\\],]))");

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int next;
    private int depth;

    ExpressionParser(String text) {
        this.text = text;
        if (text.length() > LONGEST) {
            throw new BadInputException("an expression has " + Counts.plain(text.length(), "character")
                    + ", it may have " + LONGEST + ": put parts of it into parameters");
        }
        String stripped = text.strip();
        Matcher matcher = TOKEN.matcher(stripped);
        int end = 0;
        while (end < stripped.length()) {
            matcher.region(end, stripped.length());
            if (!matcher.lookingAt()) {
                throw wrong("'" + stripped.charAt(end) + "' stands where nothing can begin with it");
            }
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
    }

    Expression whole() {
        Expression expression = either();
        if (next < tokens.size()) {
            throw wrong("'" + tokens.get(next) + "' stands behind what is an expression already");
        }
        return expression;
    }

    private BadInputException wrong(String what) {
        return new BadInputException("'" + text.strip() + "' is no expression: " + what);
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private boolean take(String token) {
        if (peek().equals(token)) {
            next++;
            return true;
        }
        return false;
    }

    private void require(String token) {
        if (!take(token)) {
            throw wrong("'" + token + "' is missing" + (peek().isEmpty() ? " at its end" : " before '" + peek() + "'"));
        }
    }

    private Expression deeper(Supplier<Expression> inner) {
        if (++depth > DEEPEST) {
            throw wrong("it is nested more than " + DEEPEST + " deep");
        }
        Expression expression = inner.get();
        depth--;
        return expression;
    }

    private Expression either() {
        return deeper(() -> {
            Expression left = both();
            while (take("or")) {
                left = new Expression.Choice(left, new Expression.Literal(new Datum.Truth(true)), both());
            }
            return left;
        });
    }

    private Expression both() {
        Expression left = negated();
        while (take("and")) {
            left = new Expression.Choice(left, negated(), new Expression.Literal(new Datum.Truth(false)));
        }
        return left;
    }

    private Expression negated() {
        return take("not") ? new Expression.Not(deeper(this::negated)) : compared();
    }

    private Expression compared() {
        Expression left = sum();
        String sign = peek();
        switch (sign) {
            case "==", "!=", "<", "<=", ">", ">=" -> next++;
            default -> {
                return left;
            }
        }
        Expression right = sum();
        return switch (sign) {
            case "==" -> new Expression.Equality(left, right);
            case "!=" -> new Expression.Not(new Expression.Equality(left, right));
            case "<" -> new Expression.Comparison(left, order -> order < 0, right);
            case "<=" -> new Expression.Comparison(left, order -> order <= 0, right);
            case ">" -> new Expression.Comparison(left, order -> order > 0, right);
            default -> new Expression.Comparison(left, order -> order >= 0, right);
        };
    }

    private Expression sum() {
        Expression left = product();
        while (true) {
            if (take("+")) {
                left = new Expression.Arithmetic(left, Double::sum, product());
            } else if (take("-")) {
                left = new Expression.Arithmetic(left, (a, b) -> a - b, product());
            } else {
                return left;
            }
        }
    }

    private Expression product() {
        Expression left = signed();
        while (true) {
            if (take("*")) {
                left = new Expression.Arithmetic(left, (a, b) -> a * b, signed());
            } else if (take("/")) {
                left = new Expression.Arithmetic(left, (a, b) -> a / b, signed());
            } else if (take("//")) {
                left = new Expression.Arithmetic(left, (a, b) -> Math.floor(a / b), signed());
            } else if (take("%")) {
                left = new Expression.Arithmetic(left, (a, b) -> a - b * Math.floor(a / b), signed());
            } else {
                return left;
            }
        }
    }

    private Expression signed() {
        return take("-")
                ? new Expression.Arithmetic(
                        new Expression.Literal(new Datum.Amount(0)), (a, b) -> a - b, deeper(this::signed))
                : element();
    }

    private Expression element() {
        Expression list = atom();
        while (take("[")) {
            list = new Expression.ElementOf(list, either());
            require("]");
        }
        return list;
    }

    private Expression atom() {
        String token = peek();
        if (token.isEmpty()) {
            throw wrong("it ends where a value should stand");
        }
        next++;
        if (token.equals("(")) {
            Expression inside = either();
            require(")");
            return inside;
        }
        if (token.equals("[")) {
            return new Expression.ListOf(upTo("]"));
        }
        if (token.startsWith("'")) {
            return new Expression.Literal(new Datum.Word(token.substring(1, token.length() - 1)));
        }
        if (Character.isDigit(token.charAt(0))) {
            return new Expression.Literal(new Datum.Amount(Double.parseDouble(token)));
        }
        if (!Character.isLetter(token.charAt(0)) && token.charAt(0) != '_') {
            throw wrong("'" + token + "' stands where a value should");
        }
        if (token.equals("true") || token.equals("false")) {
            return new Expression.Literal(new Datum.Truth(Boolean.parseBoolean(token)));
        }
        return take("(") ? call(token.toLowerCase(Locale.ROOT), upTo(")")) : new Expression.Named(token);
    }

    private Expression call(String function, List<Expression> arguments) {
        if (function.equals("if")) {
            if (arguments.size() != 3) {
                throw wrong("if takes a condition, what is then, and what is otherwise");
            }
            return new Expression.Choice(arguments.get(0), arguments.get(1), arguments.get(2));
        }
        if (function.equals("len")) {
            if (arguments.size() != 1) {
                throw wrong("len takes one list");
            }
            return new Expression.Length(arguments.get(0));
        }
        return new Expression.Call(function, arguments);
    }

    private List<Expression> upTo(String end) {
        List<Expression> items = new ArrayList<>();
        if (take(end)) {
            return items;
        }
        do {
            items.add(either());
        } while (take(","));
        require(end);
        return items;
    }
}
