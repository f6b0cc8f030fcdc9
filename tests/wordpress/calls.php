<?php
/**
 * Lists the calls of functions in a file of PHP, echo among them, as JSON: name, arguments as they are written, line, and
 * the comments since the statement before.
 *
 * usage: php calls.php FILE
 */

$tokens   = array_values( array_filter( PhpToken::tokenize( file_get_contents( $argv[1] ) ), fn( $token ) => ! $token->is( T_WHITESPACE ) ) );
$calls    = array();
$comments = '';

/** The arguments that begin at a token, and end where `$end` is or its bracket closes. */
$arguments = static function ( int $at, array $end ) use ( $tokens ): array {
	$found = array();
	$text  = '';
	for ( $depth = 0; isset( $tokens[ $at ] ); ++$at ) {
		$token = $tokens[ $at ];
		if ( $token->is( T_COMMENT ) ) {
			continue;
		}
		if ( 0 === $depth && in_array( $token->text, $end, true ) ) {
			break;
		}
		$depth += $token->is( array( '(', '[', '{', T_CURLY_OPEN ) ) ? 1 : ( $token->is( array( ')', ']', '}' ) ) ? -1 : 0 );
		if ( 0 === $depth && ',' === $token->text ) {
			$found[] = trim( $text );
			$text    = '';
		} else {
			$text .= '.' === $token->text && 0 === $depth ? ' . ' : $token->text;
		}
	}
	if ( '' !== trim( $text ) ) {
		$found[] = trim( $text );
	}
	return $found;
};

foreach ( $tokens as $at => $token ) {
	$before = $tokens[ $at - 1 ] ?? null;
	$after  = $tokens[ $at + 1 ] ?? null;
	if ( $token->is( array( T_COMMENT, T_DOC_COMMENT ) ) ) {
		$comments .= $token->text;
	} elseif ( $token->is( array( ';', '{', '}' ) ) ) {
		$comments = '';
	} elseif ( $token->is( array( T_ECHO, T_PRINT, T_OPEN_TAG_WITH_ECHO ) ) ) {
		$name    = $token->is( T_PRINT ) ? 'print' : 'echo';
		$calls[] = array( $name, $arguments( $at + 1, array( ';', '?>', "?>\n" ) ), $token->line, $comments );
	} elseif ( $token->is( array( T_STRING, T_NAME_FULLY_QUALIFIED ) ) && $after && '(' === $after->text
		&& ! ( $before && $before->is( array( T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW ) ) ) ) {
		$calls[] = array( ltrim( $token->text, '\\' ), $arguments( $at + 2, array( ')' ) ), $token->line, $comments );
	}
}
echo json_encode( $calls );
