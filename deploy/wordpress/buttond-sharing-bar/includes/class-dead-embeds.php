<?php
/**
 * Finds what dead share services left in a post's content.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Reads content as a browser would, and knows exactly the snippets of dead-services.php: what differs from them by a
 * statement is somebody's own, and stays. It changes nothing itself.
 */
final class Dead_Embeds {

	/**
	 * The attributes of a tag, up to its ">".
	 */
	const ATTRIBUTES = '(?:[^"\'>]++|"[^"]*+"|\'[^\']*+\')*+';

	/**
	 * What shows code to readers, or is no HTML: nothing in it is a script.
	 */
	const SHOWN = 'pre|code|textarea|xmp|style|title|iframe|noscript|noembed|noframes';

	/**
	 * Shortcodes in which authors show code.
	 */
	const SHOWN_SHORTCODES = 'code|sourcecode|source|html|xml|js|javascript|php|cc|text|plain|pre|raw';

	/**
	 * A JavaScript literal without blanks: no call, no assignment and no operator can be one.
	 */
	const VALUE = '(?:\'[^\'\\\\]*+\'|-?[\d.]++|[\w$]++|[{}\[\]:,])++';

	/**
	 * What may stand in an element that a script filled.
	 */
	const CONTENTS = array(
		'nothing' => '(?:\s|&nbsp;)*+',
		'label'   => '(?:[^<]{0,40}+|\s*+<img\b(?=[^>]*\baddthis\.com/)[^>]*+>\s*+)',
		'toolbox' => '(?:\s|&nbsp;|\||<a\b(?=[^>]*\baddthis_)[^>]*+>(?:[^<]{0,40}+|\s*+<img\b(?=[^>]*\baddthis\.com/)[^>]*+>\s*+|<span></span>)</a>|<span class="addthis_separator">[^<]{0,8}+</span>|<g:plusone\b[^>]*+></g:plusone>)*+',
	);

	/**
	 * The table of services.
	 *
	 * @return array
	 */
	public static function services() {
		static $services = null;
		if ( null === $services ) {
			$services = require __DIR__ . '/dead-services.php';
		}
		return $services;
	}

	/**
	 * The embeds in a content, in their order.
	 *
	 * @param string $content As it is stored, any bytes.
	 * @return array[] Each array( 'service' => id, 'at' => offset in bytes, 'text' => bytes ).
	 */
	public static function find( $content ) {
		$token = '~<!--.*?(?:-->|\z)'
			. '|<(?<shown>' . self::SHOWN . ')\b' . self::ATTRIBUTES . '>.*?(?:</\k<shown>\s*>|\z)'
			. '|\[(?<code>' . self::SHOWN_SHORTCODES . ')\b[^\]]*+\].*?\[/\k<code>\]'
			. '|<script\b(?<attributes>' . self::ATTRIBUTES . ')>(?<body>.*?)</script\s*>'
			. '|<(?<tag>[a-z][a-z0-9:-]*+)' . self::ATTRIBUTES . '>~is';
		$found = array();
		$at    = 0;
		while ( preg_match( $token, $content, $match, PREG_OFFSET_CAPTURE, $at ) ) {
			list( $text, $start ) = $match[0];
			$service              = null;
			if ( isset( $match['tag'] ) ) {
				list( $service, $text ) = self::element( $content, $start, strtolower( $match['tag'][0] ), $text );
			} elseif ( isset( $match['body'] ) && $match['body'][1] >= 0 ) {
				$service = self::script( $match['attributes'][0], $match['body'][0] );
			}
			if ( $service ) {
				$found[] = array(
					'service' => $service,
					'at'      => $start,
					'text'    => $text,
				);
			}
			$at = $start + strlen( $text );
		}
		return self::without_those_in_use( $found, $content );
	}

	/**
	 * Takes pieces out of the content that they were found in.
	 *
	 * @param string  $content The content.
	 * @param array[] $pieces  What find() found.
	 * @return string
	 */
	public static function without( $content, array $pieces ) {
		foreach ( array_reverse( $pieces ) as $piece ) {
			$content = substr_replace( $content, '', $piece['at'], strlen( $piece['text'] ) );
		}
		return $content;
	}

	/**
	 * The opposite of without(), byte for byte.
	 *
	 * @param string  $content The content without the pieces.
	 * @param array[] $pieces  What find() found.
	 * @return string
	 */
	public static function with( $content, array $pieces ) {
		foreach ( $pieces as $piece ) {
			$content = substr_replace( $content, $piece['text'], $piece['at'], 0 );
		}
		return $content;
	}

	/**
	 * The service that a script is of.
	 *
	 * @param string $attributes The tag's attributes.
	 * @param string $body       Its text.
	 * @return string|null
	 */
	private static function script( $attributes, $body ) {
		$body = self::statements( $body );
		$src  = self::attribute( $attributes, 'src' );
		if ( null === $src ) {
			return '' === $body ? null : self::inline_script( $body );
		}
		// A browser reads nothing in a script that has an address; Google's and Yahoo's had their settings there.
		if ( '' !== $body && ! preg_match( '~^(?:' . self::VALUE . '|https?://[^<\s]++)$~D', $body ) ) {
			return null;
		}
		return self::service_of_address( $src );
	}

	/**
	 * The service of an inline script: one that sets a service up, or loads its script.
	 *
	 * @param string $body Its statements, see statements().
	 * @return string|null
	 */
	private static function inline_script( $body ) {
		foreach ( self::services() as $id => $service ) {
			$settings = isset( $service['settings'] ) ? $service['settings'] : array();
			$settings = str_replace( '{value}', self::VALUE, implode( '|', $settings ) );
			if ( '' !== $settings && preg_match( "~^(?:(?:$settings)[;,]*+)++\$~D", $body ) ) {
				return $id;
			}
			$address = self::loaded_by( $body, $settings );
			if ( null !== $address && self::service_of_address( $address ) === $id ) {
				return $id;
			}
		}
		return null;
	}

	/**
	 * The address that a script loads, if it does nothing else.
	 *
	 * @param string $body     Its statements.
	 * @param string $settings A regular expression of the service's settings, which may come first.
	 * @return string|null
	 */
	private static function loaded_by( $body, $settings ) {
		$protocol  = '(?:(?:window\.|document\.)?location\.protocol\+|\(\'https:\'===?(?:window\.|document\.)?location\.protocol\?\'https:(?://)?\':\'http:(?://)?\'\)\+)?';
		$statement = '(?:var)?\w+=document\.createElement\(\'script\'\)'
			. '|(?:var)?\w+=document\.getElementsByTagName\(\'script\'\)\[0\]'
			. '|\w+\.type=\'text/javascript\'|\w+\.async=(?:true|\'true\'|!0|1)'
			. '|\w+\.src=' . $protocol . '\'(?<address>[^\'\\\\]++)\''
			. '|\w+\.parentNode\.insertBefore\(\w+,\w+\)';
		$settings  = '' === $settings ? '' : "(?:(?:$settings)[;,]*+)*+";
		$loader    = "~^$settings\(function\(\)\{(?:(?:$statement)[;,]*+)++\}(?:\)\(\)|\(\)\));*+\$~Di";
		if ( 1 !== substr_count( $body, '.src=' ) || ! preg_match( $loader, $body, $match ) ) {
			return null;
		}
		return isset( $match['address'] ) ? $match['address'] : null;
	}

	/**
	 * The service whose script is at an address.
	 *
	 * @param string $address With any scheme, or none.
	 * @return string|null
	 */
	private static function service_of_address( $address ) {
		$address = preg_replace( '~^\s*(?:https?:)?//|[?#].*$|\s+$~is', '', $address );
		foreach ( self::services() as $id => $service ) {
			foreach ( $service['scripts'] as $script ) {
				if ( preg_match( "~^$script\$~Di", $address ) ) {
					return $id;
				}
			}
		}
		return null;
	}

	/**
	 * The service of an element that its script was to fill, and the element from its tag to its end.
	 *
	 * @param string $content The content.
	 * @param int    $start   Where the tag begins.
	 * @param string $name    Its name.
	 * @param string $tag     The tag.
	 * @return array The service, or null; the element, or the tag alone.
	 */
	private static function element( $content, $start, $name, $tag ) {
		$class = (string) self::attribute( substr( $tag, 1 + strlen( $name ), -1 ), 'class' );
		foreach ( self::services() as $id => $service ) {
			foreach ( isset( $service['elements'] ) ? $service['elements'] : array() as $element ) {
				list( $names, $classes, $also, $inside ) = $element;
				if ( in_array( $name, explode( '|', $names ), true )
					&& ( '' === $classes || preg_match( "~(?:^|\s)(?:$classes)(?:\s|\$)~D", $class ) )
					&& ( '' === $also || preg_match( "~$also~i", $tag ) )
					&& preg_match( '~\G' . self::CONTENTS[ $inside ] . '</' . $name . '\s*+>~i', $content, $match, 0, $start + strlen( $tag ) ) ) {
					return array( $id, $tag . $match[0] );
				}
			}
		}
		return array( null, $tag );
	}

	/**
	 * The pieces of services that the post uses for nothing else.
	 *
	 * @param array[] $found   Pieces.
	 * @param string  $content The content.
	 * @return array[]
	 */
	private static function without_those_in_use( array $found, $content ) {
		$services = self::services();
		return array_values(
			array_filter(
				$found,
				static function ( $piece ) use ( $services, $content ) {
					$service = $services[ $piece['service'] ];
					return ! isset( $service['unless'] ) || 0 !== strpos( $piece['text'], '<script' )
						|| ! preg_match( '~' . $service['unless'] . '~i', $content );
				}
			)
		);
	}

	/**
	 * The statements of a script, without blanks, with single quotes, out of the comments that hid scripts long ago.
	 *
	 * @param string $body The script's text.
	 * @return string
	 */
	private static function statements( $body ) {
		$body = preg_replace( '~^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://\s*-->|-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*$~', '', $body );
		return str_replace( '"', "'", preg_replace( '~\s+~', '', $body ) );
	}

	/**
	 * The value of an attribute; the first of that name counts, as in browsers.
	 *
	 * @param string $attributes A tag's attributes.
	 * @param string $name       Its name.
	 * @return string|null
	 */
	private static function attribute( $attributes, $name ) {
		preg_match_all( '~([^\s"\'>/=]++)(?:\s*=\s*("[^"]*+"|\'[^\']*+\'|[^\s"\'>]++))?~', $attributes, $matches, PREG_SET_ORDER );
		foreach ( $matches as $match ) {
			if ( 0 === strcasecmp( $match[1], $name ) ) {
				return html_entity_decode( trim( isset( $match[2] ) ? $match[2] : '', '"\'' ), ENT_QUOTES );
			}
		}
		return null;
	}
}
