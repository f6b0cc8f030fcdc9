<?php
/**
 * The button itself: a link to the server's share page with a drawing that keeps its room.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * What stands in the page until the loader makes a button with a count of it, and for good where it cannot.
 *
 * The drawing has the measures of the server's own snippets, so that nothing moves when the count comes.
 */
final class Button {

	/**
	 * Advance widths of U+0020 to U+007E in DejaVu Sans, a wide font, at 1,000 px; in order, a blank between two.
	 */
	const WIDTHS =
		'318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 '
		. '636 636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 '
		. '603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 '
		. '634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838';

	/**
	 * The server draws no more of a label.
	 */
	const LABEL_BYTES = 60;

	/**
	 * The words of a link that go along are no longer than this, in characters.
	 */
	const TEXT_LENGTH = 280;

	/**
	 * The arguments as they are drawn: known words for `style` and `size`, no link but http and https.
	 *
	 * @param array $args Keys url, text, style, size, label, minimum, places, position; missing ones are the settings'.
	 * @return array The same keys, all of them; `url` is '' where there is none to share.
	 */
	public static function arguments( array $args ) {
		$args += Settings::get() + array(
			'url'      => '',
			'text'     => '',
			'position' => '',
		);

		$label = trim( wp_strip_all_tags( (string) $args['label'] ) );
		while ( isset( $label[ self::LABEL_BYTES ] ) ) {
			$label = mb_substr( $label, 0, -1 );
		}
		$args['url']   = self::link( $args['url'] );
		$args['text']  = self::words( $args['text'] );
		$args['label'] = '' === $label ? __( 'Share', 'buttond-sharing-bar' ) : $label;
		return $args;
	}

	/**
	 * A link as it may be shared: http or https, '' for anything else.
	 *
	 * @param mixed $url What somebody typed.
	 * @return string
	 */
	public static function link( $url ) {
		$url = is_string( $url ) ? esc_url_raw( trim( $url ), array( 'http', 'https' ) ) : '';
		return preg_match( '#^https?://[^/]#i', $url ) ? $url : '';
	}

	/**
	 * Plain words to go with a link: a title without its markup and entities, not too long.
	 *
	 * @param mixed $text A title.
	 * @return string
	 */
	public static function words( $text ) {
		$text = is_string( $text ) ? wp_strip_all_tags( $text, true ) : '';
		$text = trim( html_entity_decode( $text, ENT_QUOTES | ENT_HTML5, 'UTF-8' ) );
		return mb_strlen( $text ) > self::TEXT_LENGTH ? mb_substr( $text, 0, self::TEXT_LENGTH - 1 ) . '…' : $text;
	}

	/**
	 * The address of the share page of a link.
	 *
	 * @param array $args Of arguments().
	 * @return string
	 */
	public static function dialog( array $args ) {
		return $args['server'] . '/add?url=' . rawurlencode( $args['url'] )
			. ( '' === $args['text'] ? '' : '&text=' . rawurlencode( $args['text'] ) );
	}

	/**
	 * The link with its drawing.
	 *
	 * @param array $args Of arguments().
	 * @return string HTML.
	 */
	public static function html( array $args ) {
		$shares = __( 'shares', 'buttond-sharing-bar' );
		$more   = array(
			'data-url'    => $args['url'],
			'data-text'   => $args['text'],
			'data-count'  => 'horizontal' === $args['style'] ? '' : $args['style'],
			'data-size'   => 'large' === $args['size'] ? 'large' : '',
			'data-min'    => $args['minimum'] > 0 ? (int) $args['minimum'] : '',
			'data-shares' => 'shares' === $shares ? '' : $shares,
		);

		$html = '<a class="buttond" href="' . esc_url( self::dialog( $args ) ) . '"';
		foreach ( $more as $name => $value ) {
			if ( '' !== $value ) {
				$html .= ' ' . $name . '="' . ( 'data-url' === $name ? esc_url( $value ) : esc_attr( $value ) ) . '"';
			}
		}
		return $html . ' rel="noreferrer">' . self::drawing( $args ) . '</a>';
	}

	/**
	 * The link with the server's drawing of the count, for where no script runs: feeds, AMP.
	 *
	 * @param array $args Of arguments().
	 * @return string HTML.
	 */
	public static function image( array $args ) {
		$room    = self::room( $args );
		$address = add_query_arg(
			array(
				'url'   => rawurlencode( $args['url'] ),
				'count' => rawurlencode( $args['style'] ),
				'size'  => 'large' === $args['size'] ? 'large' : false,
				'label' => rawurlencode( $args['label'] ),
			),
			$args['server'] . '/button.svg'
		);
		// phpcs:ignore PluginCheck.CodeAnalysis.ImageFunctions.NonEnqueuedImage -- The server draws it, it is no attachment.
		$format = '<a href="%s" rel="noreferrer"><img src="%s" alt="%s" width="%d" height="%d"></a>';
		return sprintf(
			$format,
			esc_url( self::dialog( $args ) ),
			esc_url( $address ),
			esc_attr( $args['label'] ),
			$room['width'],
			$room['height']
		);
	}

	/**
	 * The room of a button in px. The words are measured in a wide font and in bold, so that they fit whatever font the
	 * reader's system has; the loader keeps to this width.
	 *
	 * @param array $args Of arguments().
	 * @return array `width`, `height`, and `label_width` of the part that has the label.
	 */
	public static function room( array $args ) {
		$words = 1.13 * 10 * self::text_width( $args['label'] ) / 1000;
		$label = max( 55, ceil( $words + 22 ) ); // With borders, margins and the icon.
		$scale = 'large' === $args['size'] ? 1.5 : 1;
		return array(
			'width'       => ( $label + ( 'horizontal' === $args['style'] ? 55 : 0 ) ) * $scale,
			'height'      => ( 'vertical' === $args['style'] ? 62 : 20 ) * $scale,
			'label_width' => $label * $scale,
		);
	}

	/**
	 * What reserves the room: presentation attributes only, which no Content-Security-Policy stops. A button reaches 4 px
	 * below the line that words stand on, and so does this, by drawing over its edge.
	 *
	 * @param array $args Of arguments().
	 * @return string SVG.
	 */
	private static function drawing( array $args ) {
		$room  = self::room( $args );
		$scale = 'large' === $args['size'] ? 1.5 : 1;
		$top   = $room['height'] - 20 * $scale;
		return sprintf(
			'<svg width="%1$s" height="%2$s" overflow="visible" role="img" aria-label="%3$s"><rect%4$s width="%5$s" height="%6$s"'
			. ' rx="4" fill="#3b50ce"/><text x="%7$s" y="%8$s" fill="#fff" font-size="%9$s" text-anchor="middle">%10$s</text></svg>',
			self::number( $room['width'] ),
			self::number( $room['height'] - 4 ),
			esc_attr( $args['label'] ),
			$top > 0 ? ' y="' . self::number( $top ) . '"' : '',
			self::number( $room['label_width'] ),
			self::number( 20 * $scale ),
			self::number( $room['label_width'] / 2 ),
			self::number( $top + 13.5 * $scale ),
			self::number( 10 * $scale ),
			esc_html( $args['label'] )
		);
	}

	/**
	 * A number as SVG has it, whatever the locale of PHP.
	 *
	 * @param float $value In px.
	 * @return string
	 */
	private static function number( $value ) {
		return rtrim( rtrim( number_format( $value, 2, '.', '' ), '0' ), '.' );
	}

	/**
	 * The width of a text in a wide font at 1,000 px.
	 *
	 * @param string $text UTF-8.
	 * @return int
	 */
	private static function text_width( $text ) {
		$widths = array_map( 'intval', explode( ' ', self::WIDTHS ) );
		$width  = 0;
		foreach ( str_split( $text ) as $character ) {
			$byte = ord( $character );
			if ( $byte >= 0x20 && $byte < 0x7F ) {
				$width += $widths[ $byte - 0x20 ];
			} elseif ( $byte >= 0xD8 && $byte <= 0xDB ) {
				$width += 550; // Arabic letters are joined.
			} elseif ( $byte >= 0xC0 ) {
				$width += $byte < 0xE3 ? 620 : 1000; // From U+3000 on: Chinese, Japanese, Korean, emoji.
			}
		}
		return $width;
	}
}
